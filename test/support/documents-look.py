"""Validates SBOMs and provenance by the formats' own tools. In: a list of {spdx, cyclonedx, provenance}, each the text of a
document, as JSON on standard input. Out: for each, {problems, purls}: what is wrong, and what the purls say, as JSON on
standard output."""

import json
import sys
from importlib.resources import files

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement
from jsonschema import Draft7Validator
from packageurl import PackageURL
from spdx_tools.spdx.parser.jsonlikedict.json_like_dict_parser import JsonLikeDictParser
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

spdx_schema = Draft7Validator(json.loads(files("lib4sbom").joinpath("schemas/spdx/2.3-schema.json").read_text()))
cyclonedx = JsonStrictValidator(SchemaVersion.V1_6)


def spdx_problems(text):
    value = json.loads(text)
    for error in spdx_schema.iter_errors(value):
        yield error.message
    for problem in validate_full_spdx_document(JsonLikeDictParser().parse(value), "SPDX-2.3"):
        yield problem.validation_message


def cyclonedx_problems(text):
    for error in cyclonedx.validate_str(text, all_errors=True) or ():
        yield repr(error)


def provenance_problems(text):
    """Fields that the formats do not have are errors of the parser."""
    try:
        Statement.copy_from_pb(json_format.Parse(text, statement_pb2.Statement())).validate()
        predicate = json_format.ParseDict(json.loads(text)["predicate"], provenance_pb2.Provenance())
        named = [*predicate.build_definition.resolved_dependencies, *predicate.run_details.byproducts]
        for descriptor in named:
            ResourceDescriptor.copy_from_pb(descriptor).validate()
    except (json_format.ParseError, ValueError) as error:
        yield str(error)


def look_at_purl(text):
    """What it says, and whether purl's own library would have written it so."""
    purl = PackageURL.from_string(text)
    return {**purl.to_dict(), "canonical": purl.to_string() == text}


def look_at(case):
    packages = json.loads(case["spdx"])["packages"]
    return {
        "problems": [
            *(f"SPDX: {problem}" for problem in spdx_problems(case["spdx"])),
            *(f"CycloneDX: {problem}" for problem in cyclonedx_problems(case["cyclonedx"])),
            *(f"provenance: {problem}" for problem in provenance_problems(case["provenance"])),
        ],
        "purls": [
            look_at_purl(reference["referenceLocator"])
            for package in packages
            for reference in package.get("externalRefs", ())
        ],
    }


json.dump([look_at(case) for case in json.load(sys.stdin)], sys.stdout)
