"""Looks at images, snapshots and parameters by boto3. In: {endpoint, accessKeyId, secretAccessKey, regions, path} as JSON
on standard input. Out: by region, what AWS's Python client sees, as JSON on standard output."""

import json
import sys

import boto3
from botocore.config import Config


def tags_of(thing):
    return {tag["Key"]: tag["Value"] for tag in thing.get("Tags", [])}


def look_at_image(ec2, image):
    permissions = ec2.describe_image_attribute(ImageId=image["ImageId"], Attribute="launchPermission")
    kept = (
        "Name",
        "Description",
        "State",
        "Public",
        "OwnerId",
        "Architecture",
        "VirtualizationType",
        "BootMode",
        "ImdsSupport",
        "EnaSupport",
        "RootDeviceName",
        "RootDeviceType",
        "DeprecationTime",
    )
    return {
        "id": image["ImageId"],
        **{name: image.get(name) for name in kept},
        "disks": [
            [disk["DeviceName"], disk["Ebs"]["SnapshotId"], disk["Ebs"]["VolumeType"], disk["Ebs"]["VolumeSize"]]
            for disk in image["BlockDeviceMappings"]
        ],
        "permissions": permissions["LaunchPermissions"],
        "tags": tags_of(image),
    }


def look_at_snapshot(ec2, snapshot):
    permissions = ec2.describe_snapshot_attribute(
        SnapshotId=snapshot["SnapshotId"], Attribute="createVolumePermission"
    )
    return {
        "id": snapshot["SnapshotId"],
        **{name: snapshot[name] for name in ("State", "Encrypted", "VolumeSize")},
        "permissions": permissions["CreateVolumePermissions"],
        "tags": tags_of(snapshot),
    }


def look_at_region(question, region):
    session = boto3.session.Session(
        aws_access_key_id=question["accessKeyId"],
        aws_secret_access_key=question["secretAccessKey"],
        region_name=region,
    )
    clients = {"endpoint_url": question["endpoint"], "config": Config(retries={"total_max_attempts": 1})}
    ec2, ssm = session.client("ec2", **clients), session.client("ssm", **clients)
    images = ec2.get_paginator("describe_images").paginate(Owners=["self"], IncludeDeprecated=True)
    snapshots = ec2.get_paginator("describe_snapshots").paginate(OwnerIds=["self"])
    parameters = ssm.get_paginator("get_parameters_by_path").paginate(Path=question["path"], Recursive=True)
    return {
        "images": [look_at_image(ec2, one) for page in images for one in page["Images"]],
        "snapshots": [look_at_snapshot(ec2, one) for page in snapshots for one in page["Snapshots"]],
        "parameters": {one["Name"]: one["Value"] for page in parameters for one in page["Parameters"]},
        "types": sorted({one["DataType"] for page in parameters for one in page["Parameters"]}),
    }


question = json.load(sys.stdin)
json.dump({region: look_at_region(question, region) for region in question["regions"]}, sys.stdout)
