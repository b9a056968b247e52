-- A file of version 1, when things promoted their name alone and every name was unique.
PRAGMA journal_mode = WAL;
PRAGMA application_id = 1129542259;
CREATE TABLE history(
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    job TEXT,
    verb TEXT NOT NULL,
    writes TEXT NOT NULL
) STRICT;
CREATE TABLE event(
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    account TEXT,
    entity TEXT,
    job TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY(number, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE "user"(id TEXT PRIMARY KEY NOT NULL, generation INTEGER NOT NULL, "name" TEXT, body TEXT NOT NULL) STRICT;
CREATE UNIQUE INDEX "user_name" ON "user"("name") WHERE "name" IS NOT NULL;
CREATE TABLE gone(id TEXT PRIMARY KEY NOT NULL, generation INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
INSERT INTO "user" VALUES
    ('00000000-0000-0000-0000-000000000001', 1, 'ada', '{"name":"ada","owner":"00000000-0000-0000-0000-00000000000a","age":36}'),
    ('00000000-0000-0000-0000-000000000002', 2, 'bo', '{"name":"bo","owner":null,"age":7}');
INSERT INTO gone VALUES ('00000000-0000-0000-0000-000000000009', 1, '{}');
INSERT INTO history VALUES
    (1, 1700000000000001, 'root', NULL, 'user.add', '[{"op":"insert","table":"user","id":"00000000-0000-0000-0000-000000000001","generation":1,"columns":["ada"],"body":{"name":"ada"}},{"op":"insert","table":"gone","id":"00000000-0000-0000-0000-000000000009","generation":1,"columns":[],"body":{}}]'),
    (2, 1700000000000002, 'root', NULL, 'user.add', '[{"op":"insert","table":"user","id":"00000000-0000-0000-0000-000000000002","generation":1,"columns":["b"],"body":{"name":"b"}}]'),
    (3, 1700000000000003, 'root', NULL, 'user.change', '[{"op":"update","table":"user","id":"00000000-0000-0000-0000-000000000002","generation":2,"columns":["bo"],"body":{"name":"bo"}}]');
INSERT INTO event VALUES
    (3, 0, '00000000-0000-0000-0000-0000000000ee', 1700000000000003, 'USER.CHANGE', 'Warn', NULL, NULL, NULL, 'b is now bo');
PRAGMA user_version = 1;
