BEGIN TRANSACTION;
CREATE TABLE case_versions (
                case_id TEXT NOT NULL REFERENCES cases (id), version INTEGER NOT NULL,
                what TEXT NOT NULL, saved TEXT NOT NULL, before INTEGER, change TEXT NOT NULL, body TEXT NOT NULL,
                PRIMARY KEY (case_id, version));
INSERT INTO "case_versions" VALUES('blue-lake',1,'Case opened','2026-11-22T09:00:00.000000+00:00',NULL,'Case opened','{"id":"blue-lake","title":"Case blue-lake","version":1,"schema_version":1,"answers":{},"notes":{},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "case_versions" VALUES('blue-lake',2,'Notes on the practice','2026-11-22T09:01:00.000000+00:00',1,'Notes on the practice','{"id":"blue-lake","title":"Case blue-lake","version":2,"schema_version":1,"answers":{},"notes":{"practice":"Two doctors, 4,100 patients — “same-day” visits."},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "case_versions" VALUES('blue-lake',3,'Notes on the payer','2026-11-22T09:02:00.000000+00:00',2,'Notes on the payer','{"id":"blue-lake","title":"Case blue-lake","version":3,"schema_version":1,"answers":{},"notes":{"practice":"Two doctors, 4,100 patients — “same-day” visits.","payer":"O''Neil Health\nrenews in June"},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "case_versions" VALUES('blue-lake',4,'Undone: Notes on the payer','2026-11-22T09:04:00.000000+00:00',1,'Notes on the practice','{"id":"blue-lake","title":"Case blue-lake","version":4,"schema_version":1,"answers":{},"notes":{"practice":"Two doctors, 4,100 patients — “same-day” visits."},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "case_versions" VALUES('elm-street',1,'Case opened','2026-11-22T09:05:00.000000+00:00',NULL,'Case opened','{"id":"elm-street","title":"Case elm-street","version":1,"schema_version":1,"answers":{},"notes":{"practice":"One doctor."},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "case_versions" VALUES('old-mill',1,'Case opened','2026-11-22T09:06:00.000000+00:00',NULL,'Case opened','{"id":"old-mill","title":"Case old-mill","version":1,"schema_version":1,"answers":{},"notes":{},"skipped":[],"edits":[],"approved":[],"example":false}');
CREATE TABLE cases (
                id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, version INTEGER NOT NULL,
                updated TEXT NOT NULL, deleted TEXT, body TEXT NOT NULL);
INSERT INTO "cases" VALUES('blue-lake','Case blue-lake',4,'2026-11-22T09:04:00.000000+00:00',NULL,'{"id":"blue-lake","title":"Case blue-lake","version":4,"schema_version":1,"answers":{},"notes":{"practice":"Two doctors, 4,100 patients — “same-day” visits."},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "cases" VALUES('elm-street','Case elm-street',1,'2026-11-22T09:05:00.000000+00:00',NULL,'{"id":"elm-street","title":"Case elm-street","version":1,"schema_version":1,"answers":{},"notes":{"practice":"One doctor."},"skipped":[],"edits":[],"approved":[],"example":false}');
INSERT INTO "cases" VALUES('old-mill','Case old-mill',1,'2026-11-22T09:06:00.000000+00:00','2126-11-22T09:07:00.000000+00:00','{"id":"old-mill","title":"Case old-mill","version":1,"schema_version":1,"answers":{},"notes":{},"skipped":[],"edits":[],"approved":[],"example":false}');
CREATE TABLE parley_migrations (name TEXT NOT NULL PRIMARY KEY, applied TEXT NOT NULL);
INSERT INTO "parley_migrations" VALUES('0001_cases','2026-11-22T09:00:00+00:00');
COMMIT;
