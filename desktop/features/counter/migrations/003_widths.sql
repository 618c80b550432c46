-- How wide this pharmacist drew the columns of each table.
CREATE TABLE counter_widths (
    name TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
