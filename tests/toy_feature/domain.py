"""What the toy knows: its own error."""

from desktop.domain.errors import ErrorCode


class ToyCode(ErrorCode):
    """The toy's own codes."""

    NOTEBOOK_FULL = "DSP-T601"


REFUSALS = {"toy_notebook_full": ToyCode.NOTEBOOK_FULL}
