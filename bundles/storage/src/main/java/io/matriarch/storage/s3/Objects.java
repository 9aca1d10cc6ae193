package io.matriarch.storage.s3;

import io.matriarch.storage.api.Location;
import io.matriarch.storage.api.Location.Encryption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Requests for objects of one repository: keys, encryption, class and tags as configured. */
final class Objects {
    /** Tells our own write from another's when its answer was lost. */
    static final String TOKEN = "matriarch-write";

    private final Location.S3 at;
    private final String prefix;
    private final @Nullable String customerKey;
    private final @Nullable String customerKeyMd5;

    Objects(Location.S3 at, String prefix) {
        this.at = at;
        this.prefix = prefix.isEmpty() ? "" : prefix + "/";
        if (at.encryption() instanceof Encryption.ByCustomer customer) {
            customerKey = Base64.getEncoder().encodeToString(customer.key());
            customerKeyMd5 = Base64.getEncoder().encodeToString(md5(customer.key()));
        } else {
            customerKey = null;
            customerKeyMd5 = null;
        }
    }

    String bucket() {
        return at.bucket();
    }

    String key(String path) {
        return prefix + path;
    }

    /** What all keys below a folder begin with. */
    String below(String folder) {
        return folder.isEmpty() ? prefix : prefix + folder + "/";
    }

    String path(String key) {
        return key.substring(prefix.length());
    }

    PutObjectRequest.Builder put(String path) {
        var request = PutObjectRequest.builder().bucket(at.bucket()).key(key(path));
        at.storageClass().ifPresent(request::storageClass);
        if (!at.tags().isEmpty()) request.tagging(tagging());
        switch (at.encryption()) {
            case Encryption.None() -> {}
            case Encryption.ByService() ->
                    request.serverSideEncryption(ServerSideEncryption.AES256);
            case Encryption.ByKms(var id) ->
                    request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                            .ssekmsKeyId(id.isEmpty() ? null : id);
            case Encryption.ByCustomer _ ->
                    request.sseCustomerAlgorithm("AES256")
                            .sseCustomerKey(customerKey)
                            .sseCustomerKeyMD5(customerKeyMd5);
        }
        return request;
    }

    CreateMultipartUploadRequest.Builder multipart(String path, String token) {
        var request =
                CreateMultipartUploadRequest.builder()
                        .bucket(at.bucket())
                        .key(key(path))
                        .metadata(Map.of(TOKEN, token));
        at.storageClass().ifPresent(request::storageClass);
        if (!at.tags().isEmpty()) request.tagging(tagging());
        switch (at.encryption()) {
            case Encryption.None() -> {}
            case Encryption.ByService() ->
                    request.serverSideEncryption(ServerSideEncryption.AES256);
            case Encryption.ByKms(var id) ->
                    request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                            .ssekmsKeyId(id.isEmpty() ? null : id);
            case Encryption.ByCustomer _ ->
                    request.sseCustomerAlgorithm("AES256")
                            .sseCustomerKey(customerKey)
                            .sseCustomerKeyMD5(customerKeyMd5);
        }
        return request;
    }

    UploadPartRequest.Builder part(String path, String uploadId, int number) {
        var request =
                UploadPartRequest.builder()
                        .bucket(at.bucket())
                        .key(key(path))
                        .uploadId(uploadId)
                        .partNumber(number);
        if (customerKey != null)
            request.sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(customerKey)
                    .sseCustomerKeyMD5(customerKeyMd5);
        return request;
    }

    GetObjectRequest.Builder get(String path) {
        var request = GetObjectRequest.builder().bucket(at.bucket()).key(key(path));
        if (customerKey != null)
            request.sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(customerKey)
                    .sseCustomerKeyMD5(customerKeyMd5);
        return request;
    }

    HeadObjectRequest.Builder head(String path) {
        var request = HeadObjectRequest.builder().bucket(at.bucket()).key(key(path));
        if (customerKey != null)
            request.sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(customerKey)
                    .sseCustomerKeyMD5(customerKeyMd5);
        return request;
    }

    private Tagging tagging() {
        return Tagging.builder()
                .tagSet(
                        at.tags().entrySet().stream()
                                .sorted(Map.Entry.comparingByKey())
                                .map(tag ->
                                        Tag.builder()
                                                .key(tag.getKey())
                                                .value(tag.getValue())
                                                .build())
                                .collect(Collectors.toList()))
                .build();
    }

    private static byte[] md5(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
