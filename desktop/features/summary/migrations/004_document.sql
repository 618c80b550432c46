-- What a publication became on the platform: the id of its document, '' before it is proven.
ALTER TABLE summary_publication ADD COLUMN document TEXT NOT NULL DEFAULT '';
