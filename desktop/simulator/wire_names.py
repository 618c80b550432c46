"""Code systems and extension addresses on the wire (the same as in ``resources/profiles/demo.toml``)."""

MATRICULE = "urn:oid:1.3.182.4.4"
EHEALTH_ID = "urn:oid:1.3.182.2.4.3"
CARD_HOLDER = "urn:dsp:card-holder"
CATEGORY = "urn:dsp:category"
THEME = "urn:dsp:theme"
LABEL = "urn:dsp:label"
MANDATE_KIND = "urn:dsp:mandate-kind"
FACILITY_TYPE = "urn:dsp:facility-type"
PRACTICE_SETTING = "urn:dsp:practice-setting"
CARE_KIND = "urn:dsp:care-kind"
PROFESSION = "urn:dsp:profession"
ACTION = "urn:dsp:action"
FORMAT_PLAIN = "urn:ihe:iti:xds:2017:mimeTypeSufficient"
FORMAT_IPS = "urn:ihe:pcc:ips:2020"
URI = "urn:ietf:rfc:3986"
LOINC = "http://loinc.org"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
EXTENSIONS = "https://dsp.example/fhir/StructureDefinition/"
PROVIDE_BUNDLE = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.ProvideBundle"
DOCUMENT_PROFILE = (
    "https://profiles.ihe.net/ITI/MHD/StructureDefinition/IHE.MHD.Comprehensive.DocumentReference"
)


def extension(name: str) -> str:
    """Address of one of our extensions; its StructureDefinition lies in ``resources/profiles/fhir``."""
    return EXTENSIONS + name
