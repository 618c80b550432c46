"""All rows of the matrix."""

from tests.cards import applet_tokens, nss_token, piv_token, soft_tokens, tpm_token
from tests.cards.token import Token

TOKENS: tuple[Token, ...] = (
    *piv_token.TOKENS,
    *soft_tokens.TOKENS,
    *applet_tokens.TOKENS,
    *nss_token.TOKENS,
    *tpm_token.TOKENS,
)
