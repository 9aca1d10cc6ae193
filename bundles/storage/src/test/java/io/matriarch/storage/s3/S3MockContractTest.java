package io.matriarch.storage.s3;

import io.matriarch.storage.api.Location;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("long")
class S3MockContractTest extends S3StorageContract {
    private static S3Server server;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.s3mock(S3MockContractTest.class);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
    }

    @Override
    Location.S3 location() {
        return server.location("repo/one");
    }

    /** Tomcat refuses it in an address. */
    @Override
    protected List<String> strangeNames() {
        return super.strangeNames().stream().filter(name -> !name.contains("\\")).toList();
    }

    /** Compares and writes in two steps. */
    @Override
    protected boolean racesAreLost() {
        return true;
    }

    /** Removes the old object together with the upload that is given up. */
    @Override
    protected boolean abandonsKeepWhatWas() {
        return false;
    }

    @Override
    protected int severalPages() {
        return 60;
    }
}
