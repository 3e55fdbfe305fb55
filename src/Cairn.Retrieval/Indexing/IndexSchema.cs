namespace Cairn.Retrieval.Indexing;

/// <summary>Tables of an index file.</summary>
internal static class IndexSchema
{
    /// <summary>"Carn" in ASCII, SQLite's place for the program that owns a file.</summary>
    public const int ApplicationId = 0x4361726E;

    /// <summary>Raised when a table changes its meaning.</summary>
    public const int Version = 1;

    // Every table that another one points to has INTEGER PRIMARY KEY: VACUUM may renumber implicit rowids.
    // AUTOINCREMENT: the packed vectors rely on ids that are never used twice.
    public const string Sql = """
        CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE document(
            id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
            text TEXT NOT NULL, length INTEGER NOT NULL);

        CREATE TABLE file(
            source TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, sha256 BLOB NOT NULL,
            pipeline TEXT NOT NULL, checked INTEGER NOT NULL, error INTEGER, detail TEXT NOT NULL,
            pages INTEGER NOT NULL, chunks INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX file_sha256 ON file(sha256);

        CREATE TABLE page(
            document INTEGER NOT NULL, number INTEGER NOT NULL, label TEXT NOT NULL, start INTEGER NOT NULL,
            "end" INTEGER NOT NULL, kind INTEGER NOT NULL, PRIMARY KEY(document, number)) WITHOUT ROWID;

        CREATE TABLE chunk(
            id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL, ordinal INTEGER NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, page_first INTEGER, page_last INTEGER,
            heading TEXT NOT NULL, text TEXT NOT NULL, tokens INTEGER NOT NULL, sha256 BLOB NOT NULL);
        CREATE INDEX chunk_document ON chunk(document, ordinal);
        CREATE INDEX chunk_sha256 ON chunk(sha256);

        CREATE VIRTUAL TABLE chunk_fts USING fts5(
            text, heading, content='chunk', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2');
        CREATE VIRTUAL TABLE chunk_term USING fts5vocab('chunk_fts', 'row');

        CREATE TABLE space(
            id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, revision TEXT NOT NULL,
            dimensions INTEGER NOT NULL, pooling TEXT NOT NULL, prefix TEXT NOT NULL, state TEXT NOT NULL);

        CREATE TABLE vector(
            id INTEGER PRIMARY KEY, chunk INTEGER NOT NULL, space INTEGER NOT NULL, value BLOB NOT NULL);
        CREATE UNIQUE INDEX vector_chunk ON vector(chunk, space);

        CREATE TABLE vector_pack(
            space INTEGER NOT NULL, ordinal INTEGER NOT NULL, ids BLOB NOT NULL, codes BLOB NOT NULL,
            scales BLOB NOT NULL, PRIMARY KEY(space, ordinal));
        CREATE TABLE vector_tombstone(
            chunk INTEGER NOT NULL, space INTEGER NOT NULL, PRIMARY KEY(chunk, space)) WITHOUT ROWID;

        CREATE TRIGGER chunk_added AFTER INSERT ON chunk BEGIN
            INSERT INTO chunk_fts(rowid, text, heading) VALUES(new.id, new.text, new.heading);
        END;
        CREATE TRIGGER chunk_changed AFTER UPDATE OF text, heading ON chunk BEGIN
            INSERT INTO chunk_fts(chunk_fts, rowid, text, heading) VALUES('delete', old.id, old.text, old.heading);
            INSERT INTO chunk_fts(rowid, text, heading) VALUES(new.id, new.text, new.heading);
        END;
        CREATE TRIGGER chunk_removed AFTER DELETE ON chunk BEGIN
            INSERT INTO chunk_fts(chunk_fts, rowid, text, heading) VALUES('delete', old.id, old.text, old.heading);
            DELETE FROM vector WHERE chunk = old.id;
        END;
        CREATE TRIGGER vector_removed AFTER DELETE ON vector BEGIN
            INSERT OR IGNORE INTO vector_tombstone(chunk, space) VALUES(old.chunk, old.space);
        END;
        CREATE TRIGGER document_removed AFTER DELETE ON document BEGIN
            DELETE FROM chunk WHERE document = old.id;
            DELETE FROM page WHERE document = old.id;
        END;
        """;
}
