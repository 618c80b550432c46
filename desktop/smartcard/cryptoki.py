"""python-pkcs11, imported here alone: what the card child's modules know of it they take from here."""

import pkcs11 as pkcs11
from pkcs11 import KDF as KDF
from pkcs11 import MGF as MGF
from pkcs11 import Attribute as Attribute
from pkcs11 import KeyType as KeyType
from pkcs11 import Mechanism as Mechanism
from pkcs11 import ObjectClass as ObjectClass
from pkcs11 import TokenFlag as TokenFlag
