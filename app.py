"""Which stacks are there, and what was decided for them?"""

import sys

import aws_cdk as cdk

from stacks import build
from stacks.settings import SettingsError

if __name__ == "__main__":
    app = cdk.App()
    try:
        build(app)
    except SettingsError as error:
        sys.exit(str(error))
    app.synth()
