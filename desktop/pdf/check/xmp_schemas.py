"""Predefined XMP properties and their value types (XMP specifications of 2004 and 2005, ISO 19005).

One line a namespace: ``type: names``. Types are lower case; "bag x", "seq x" and "alt x" are arrays of x.
Closed choices are not enforced: the platform's validators take any value of the right type.
"""

from functools import cache

PDFAID = "http://www.aiim.org/pdfa/ns/id/"
DC = "http://purl.org/dc/elements/1.1/"
XMP = "http://ns.adobe.com/xap/1.0/"
PDF = "http://ns.adobe.com/pdf/1.3/"
_MM = "http://ns.adobe.com/xap/1.0/mm/"
_RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
_BJ = "http://ns.adobe.com/xap/1.0/bj/"
_TPG = "http://ns.adobe.com/xap/1.0/t/pg/"
_DM = "http://ns.adobe.com/xmp/1.0/DynamicMedia/"
_PHOTOSHOP = "http://ns.adobe.com/photoshop/1.0/"
_TIFF = "http://ns.adobe.com/tiff/1.0/"
_EXIF = "http://ns.adobe.com/exif/1.0/"
_AUX = "http://ns.adobe.com/exif/1.0/aux/"
_CRS = "http://ns.adobe.com/camera-raw-settings/1.0/"

_BOTH = {
    PDFAID: "integer: part | text: amd conformance",
    DC: "bag propername: contributor publisher | text: coverage identifier source | seq propername: creator"
    " | seq date: date | lang alt: description rights title | mimetype: format | bag locale: language"
    " | bag text: relation subject type",
    XMP: "bag text: Advisory Identifier | url: BaseURL | date: CreateDate MetadataDate ModifyDate"
    " | agentname: CreatorTool | text: Nickname | alt thumbnail: Thumbnails",
    _RIGHTS: "url: Certificate WebStatement | boolean: Marked | bag propername: Owner | lang alt: UsageTerms",
    _MM: "resourceref: DerivedFrom ManagedFrom RenditionOf | uri: DocumentID InstanceID ManageTo ManageUI"
    " | seq resourceevent: History | agentname: Manager | text: ManagerVariant RenditionParams VersionID"
    " | renditionclass: RenditionClass | seq version: Versions | url: LastURL | integer: SaveID",
    _BJ: "bag job: JobRef",
    _TPG: "dimensions: MaxPageSize | integer: NPages",
    PDF: "text: Keywords PDFVersion | agentname: Producer",
    _PHOTOSHOP: "text: AuthorsPosition Category City Country Credit Headline Instructions Source State"
    " TransmissionReference | propername: CaptionWriter | date: DateCreated | integer: Urgency",
    _TIFF: "integer: ImageWidth ImageLength SamplesPerPixel Compression PhotometricInterpretation Orientation"
    " PlanarConfiguration YCbCrPositioning ResolutionUnit | rational: XResolution YResolution"
    " | seq integer: BitsPerSample TransferFunction YCbCrSubSampling | date: DateTime"
    " | seq rational: WhitePoint PrimaryChromaticities YCbCrCoefficients ReferenceBlackWhite"
    " | lang alt: ImageDescription Copyright | propername: Make Model Artist | agentname: Software",
    _EXIF: "rational: CompressedBitsPerPixel ExposureTime FNumber ShutterSpeedValue ApertureValue"
    " BrightnessValue ExposureBiasValue MaxApertureValue SubjectDistance FocalLength FlashEnergy"
    " FocalPlaneXResolution FocalPlaneYResolution ExposureIndex DigitalZoomRatio GPSAltitude GPSDOP GPSSpeed"
    " GPSTrack GPSImgDirection GPSDestBearing GPSDestDistance | integer: PixelXDimension PixelYDimension"
    " FocalLengthIn35mmFilm ExposureProgram MeteringMode FocalPlaneResolutionUnit SensingMethod FileSource"
    " SceneType CustomRendered ExposureMode WhiteBalance SceneCaptureType GainControl Contrast Saturation"
    " Sharpness SubjectDistanceRange GPSAltitudeRef GPSDifferential ColorSpace LightSource"
    " | lang alt: UserComment | text: RelatedSoundFile SpectralSensitivity ImageUniqueID GPSVersionID"
    " GPSSatellites GPSMapDatum GPSProcessingMethod GPSAreaInformation GPSStatus GPSSpeedRef GPSTrackRef"
    " GPSImgDirectionRef GPSDestBearingRef GPSDestDistanceRef ExifVersion FlashpixVersion"
    " | date: DateTimeOriginal DateTimeDigitized GPSTimeStamp"
    " | seq integer: ISOSpeedRatings SubjectArea SubjectLocation ComponentsConfiguration"
    " | oecf/sfr: OECF SpatialFrequencyResponse | flash: Flash | cfapattern: CFAPattern"
    " | devicesettings: DeviceSettingDescription"
    " | gpscoordinate: GPSLatitude GPSLongitude GPSDestLatitude GPSDestLongitude",
}
_ONLY_2004 = {
    _PHOTOSHOP: "text: SupplementalCategories",
    _EXIF: "text: MakerNote | integer: GPSMeasureMode",
}
_ONLY_2005 = {
    PDFAID: "text: corr",
    XMP: "text: Label | real: Rating",
    _TPG: "bag font: Fonts | seq colorant: Colorants | seq text: PlateNames",
    _PHOTOSHOP: "bag text: SupplementalCategories",
    _EXIF: "text: GPSMeasureMode",
    _AUX: "text: Lens SerialNumber",
    _DM: "projectlink: projectRef | text: videoFrameRate videoCompressor audioCompressor speakerPlacement"
    " tapeName altTapeName scene shotName shotLocation logComment artist album genre copyright composer"
    " engineer instrument videoPixelDepth videoColorSpace videoAlphaMode videoFieldOrder pullDown"
    " audioSampleType audioChannelType key stretchMode timeSignature scaleType | dimensions: videoFrameSize"
    " | rational: videoPixelAspectRatio fileDataRate | boolean: videoAlphaUnityIsTransparent loop"
    " | colorant: videoAlphaPremultipleColor | integer: audioSampleRate trackNumber"
    " | timecode: startTimecode altTimecode | time: duration introTime outCue relativeTimestamp"
    " | date: shotDate videoModDate audioModDate metadataModDate releaseDate | seq marker: markers"
    " | bag media: contributedMedia | uri: absPeakAudioFilePath relativePeakAudioFilePath"
    " | real: tempo numberOfBeats | timescalestretch: timeScaleParams | resamplestretch: resampleParams"
    " | beatsplicestretch: beatSpliceParams",
    _CRS: "boolean: AutoBrightness AutoContrast AutoExposure AutoShadows HasCrop HasSettings"
    " | integer: BlueHue BlueSaturation Brightness ChromaticAberrationB ChromaticAberrationR"
    " ColorNoiseReduction Contrast CropUnits GreenHue GreenSaturation LuminanceSmoothing RedHue RedSaturation"
    " Saturation Shadows ShadowTint Sharpness Temperature Tint VignetteAmount VignetteMidpoint"
    " | text: CameraProfile RawFileName ToneCurveName Version WhiteBalance"
    " | real: CropTop CropLeft CropBottom CropRight CropAngle CropWidth CropHeight Exposure"
    " | seq text: ToneCurve",
}

# structured types: (namespace of the fields, fields)
_STRUCTURES_BOTH = {
    "dimensions": ("http://ns.adobe.com/xap/1.0/sType/Dimensions#", "real: w h | text: unit"),
    "thumbnail": ("http://ns.adobe.com/xap/1.0/g/img/", "integer: height width | text: image format"),
    "resourceevent": (
        "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
        "text: action parameters | uri: instanceID | agentname: softwareAgent | date: when",
    ),
    "resourceref": (
        "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
        "uri: instanceID documentID manageTo manageUI | text: versionID renditionParams managerVariant"
        " | renditionclass: renditionClass | agentname: manager",
    ),
    "version": (
        "http://ns.adobe.com/xap/1.0/sType/Version#",
        "text: comments version | resourceevent: event | date: modifyDate | propername: modifier",
    ),
    "job": ("http://ns.adobe.com/xap/1.0/sType/Job#", "text: name id | url: url"),
    "flash": (_EXIF, "boolean: Fired Function RedEyeMode | text: Return Mode"),
    "oecf/sfr": (_EXIF, "integer: Columns Rows | seq text: Names | seq rational: Values"),
    "cfapattern": (_EXIF, "integer: Columns Rows | seq integer: Values"),
    "devicesettings": (_EXIF, "integer: Columns Rows | seq text: Settings"),
}
_STRUCTURES_2005 = {
    "colorant": (
        "http://ns.adobe.com/xap/1.0/g/",
        "text: swatchName mode type | real: cyan magenta yellow black L | integer: red green blue A B",
    ),
    "font": (
        "http://ns.adobe.com/xap/1.0/sType/Font#",
        "text: fontName fontFamily fontFace fontType versionString fontFileName | boolean: composite"
        " | seq text: childFontFiles",
    ),
    "beatsplicestretch": (
        _DM,
        "boolean: useFileBeatsMarker | real: riseInDecibel | time: riseInTimeDuration",
    ),
    "marker": (_DM, "any: startTime duration | text: comment name target type | uri: location"),
    "media": (_DM, "uri: path webStatement | text: track | time: startTime duration | boolean: managed"),
    "projectlink": (_DM, "uri: path | text: type"),
    "resamplestretch": (_DM, "text: quality"),
    "time": (_DM, "integer: value | rational: scale"),
    "timecode": (_DM, "text: timeValue timeFormat"),
    "timescalestretch": (_DM, "text: quality | real: frameSize frameOverlappingPercentage"),
}

Names = dict[str, str]


def parse_names(line: str) -> Names:
    """From ``type: names | …`` to name → type."""
    names: Names = {}
    for group in line.split("|"):
        kind, _, members = group.partition(":")
        names.update(dict.fromkeys(members.split(), kind.strip()))
    return names


@cache
def properties_of(part: int) -> dict[str, Names]:
    """Namespace → property → type, for PDF/A-*part*."""
    found = {uri: parse_names(line) for uri, line in _BOTH.items()}
    for uri, line in (_ONLY_2004 if part == 1 else _ONLY_2005).items():
        found.setdefault(uri, {}).update(parse_names(line))
    return found


@cache
def structures_of(part: int) -> dict[str, tuple[str, Names]]:
    """Structured type → namespace and types of its fields, for PDF/A-*part*."""
    known = _STRUCTURES_BOTH | ({} if part == 1 else _STRUCTURES_2005)
    return {name: (uri, parse_names(line)) for name, (uri, line) in known.items()}
