package io.matriarch.storage.s3;

import io.matriarch.storage.api.Location;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RadosgwContractTest extends S3StorageContract {
    private static S3Server server;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.radosgw(RadosgwContractTest.class);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
    }

    @Override
    Location.S3 location() {
        return server.location("repo/one");
    }

    /** Debian's 18.2 does not know the condition: here the fallback is tested. */
    @Override
    protected boolean mustDecideAbsence() {
        return false;
    }

    /** Its store in SQLite gives the first bytes for any range, and says it were the right ones. */
    @Override
    protected boolean knowsRanges() {
        return false;
    }

    /** The same store mixes up the parts of a multipart upload, so here a file is one request. */
    @Override
    protected int severalPartsBytes() {
        return 1 << 20;
    }

    @Override
    protected int severalPages() {
        return 60;
    }
}
