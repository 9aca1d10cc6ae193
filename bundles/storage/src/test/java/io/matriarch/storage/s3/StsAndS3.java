package io.matriarch.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.matriarch.storage.s3.FaultyS3.Response;
import io.matriarch.storage.s3.FaultyS3.Trouble;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A server that exchanges a web identity token for keys, and has a bucket for them. */
public final class StsAndS3 implements AutoCloseable {
    private static final String GRANTED =
            """
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <AssumeRoleWithWebIdentityResult><Credentials>
            <AccessKeyId>key-of-the-role</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>
            <SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """;

    private final FaultyS3 server;

    public StsAndS3() throws IOException {
        server = new FaultyS3();
        server.always("POST / ", new Trouble.Answer(Response.of(200, GRANTED)));
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /** That the token was shown, and the keys for it used for all else. */
    public void expectIdentity(String token, String accessKey) {
        var shown = server.requests.getFirst();
        assertThat(new String(shown.body(), StandardCharsets.UTF_8)).contains(token);
        assertThat(server.requests.stream().skip(1))
                .isNotEmpty()
                .allMatch(each -> each.header("Authorization").contains(accessKey + "/"));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
