"""What does Readiness show, before there is an AWS account to show it on?

A simulated organization to scan, emulators to run the synthesized hub on, and the run that joins them.
Nothing outside this package knows an emulator's name, and the Lambda asset leaves the package out.
"""
