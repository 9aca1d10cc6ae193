package io.matriarch.storage.s3;

import io.matriarch.storage.api.Location;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class MinioContractTest extends S3StorageContract {
    private static S3Server server;

    @BeforeAll
    static void start() throws Exception {
        server = S3Server.minio(MinioContractTest.class);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) server.close();
    }

    @Override
    Location.S3 location() {
        return server.location("repo/one");
    }
}
