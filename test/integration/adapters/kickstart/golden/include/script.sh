# first line of an included part of a script
%packages-is-no-section-here
if [ -e /etc/x ]; then	echo tab; fi
