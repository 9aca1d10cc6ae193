package io.matriarch.storage.s3;

import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Location.Credentials;
import io.matriarch.storage.api.RequestListener;
import io.matriarch.storage.api.StorageException;
import io.matriarch.storage.api.StorageException.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.profiles.ProfileFileSupplier;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;

/** Makes the SDK's client of a {@link Location.S3}. */
final class Clients {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    /** Beside the parts in flight: reads, small files, deletions. */
    private static final int MORE_CONNECTIONS = 64;

    private Clients() {}

    static S3Client of(Location.S3 at, RequestListener requests) throws StorageException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(S3Client.class.getClassLoader());
        try {
            return build(at, requests);
        } catch (SdkException | IllegalArgumentException e) {
            throw new StorageException(
                    Fault.DENIED,
                    "bucket " + at.bucket() + " cannot be opened: " + e.getMessage(),
                    "check endpoint, region and credentials of this repository",
                    e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static S3Client build(Location.S3 at, RequestListener requests)
            throws StorageException {
        var http = http(at); // before the builder: it may refuse the CA file
        var builder =
                S3Client.builder()
                        .httpClient(http)
                        .region(Region.of(at.region()))
                        .credentialsProvider(credentials(at.credentials()))
                        .forcePathStyle(at.pathStyle())
                        // What is newer than Content-MD5 is refused by older servers of S3.
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .addPlugin(LegacyMd5Plugin.create())
                        .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
                        .overrideConfiguration(c ->
                                c.retryStrategy(AwsRetryStrategy.doNotRetry())
                                        .addExecutionInterceptor(new Told(requests)));
        at.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private static SdkHttpClient http(Location.S3 at) throws StorageException {
        Duration deadline = at.transfer().deadline();
        Duration third = deadline.dividedBy(3);
        var builder =
                Apache5HttpClient.builder()
                        .maxConnections(at.transfer().partsInFlight() + MORE_CONNECTIONS)
                        .connectionAcquisitionTimeout(deadline)
                        .connectionTimeout(shorter(third, LONGEST_CONNECT))
                        .socketTimeout(shorter(third, LONGEST_SILENCE))
                        .tcpKeepAlive(true);
        if (at.caFile().isPresent()) {
            TrustManager[] trusted = Trust.withAuthoritiesOf(at.caFile().get());
            builder.tlsTrustManagersProvider(() -> trusted);
        }
        return builder.build();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static AwsCredentialsProvider credentials(Credentials credentials)
            throws StorageException {
        return switch (credentials) {
            case Credentials.DefaultChain() -> DefaultCredentialsProvider.builder().build();
            case Credentials.Profile(var name, var file) -> {
                var builder = ProfileCredentialsProvider.builder().profileName(name);
                if (file.isPresent()) builder.profileFile(profiles(file.get()));
                yield builder.build();
            }
            case Credentials.Keys(var access, var secret, var token) ->
                    StaticCredentialsProvider.create(
                            token.isPresent()
                                    ? AwsSessionCredentials.create(access, secret, token.get())
                                    : AwsBasicCredentials.create(access, secret));
        };
    }

    /** Read again when it changes: keys are rotated while we run. */
    private static ProfileFileSupplier profiles(Path file) throws StorageException {
        if (!Files.isReadable(file))
            throw new StorageException(
                    Fault.DENIED,
                    "credentials_file " + file + " cannot be read",
                    "it must exist, and be readable for the agent's user",
                    null);
        return ProfileFileSupplier.reloadWhenModified(file, ProfileFile.Type.CREDENTIALS);
    }
}
