"""The program's PKCS#11 child on a module that refuses CKM_RSA_PKCS and CKM_ECDSA, as some middleware does.

SoftHSM2 can only leave them out of its list. Run with the module's path.
"""

from typing import Any

import pkcs11
from pkcs11 import Mechanism, _pkcs11

from desktop.smartcard import pkcs11_child


def _refusing(sign: Any) -> Any:
    def refused(key: Any, data: Any, mechanism: Mechanism | None = None, **options: Any) -> Any:
        if mechanism in (Mechanism.RSA_PKCS, Mechanism.ECDSA):
            raise pkcs11.MechanismInvalid
        return sign(key, data, mechanism=mechanism, **options)

    return refused


if __name__ == "__main__":
    signer: Any = vars(_pkcs11)["SignMixin"]
    signer._sign = _refusing(signer._sign)
    pkcs11_child.main()
