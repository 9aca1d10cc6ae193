package io.matriarch.storage.core;

import io.matriarch.storage.api.StorageException.Fault;
import java.util.Locale;
import java.util.Set;

/**
 * What an answer of S3 means.
 *
 * @param again whether the same request may succeed a moment later
 * @param hint what to do about it
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html">S3's codes</a>
 */
public record Verdict(Fault fault, boolean again, String hint) {
    private static final Set<String> KEYS =
            Set.of("InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException");
    private static final Set<String> TOKEN =
            Set.of(
                    "ExpiredToken",
                    "ExpiredTokenException",
                    "InvalidToken",
                    "InvalidIdentityToken",
                    "TokenRefreshRequired");
    private static final Set<String> CLOCK =
            Set.of("RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture");
    private static final Set<String> REGION =
            Set.of(
                    "AuthorizationHeaderMalformed",
                    "PermanentRedirect",
                    "TemporaryRedirect",
                    "IllegalLocationConstraintException",
                    "InvalidRegion");
    private static final Set<String> ROOM =
            Set.of(
                    "QuotaExceeded",
                    "InsufficientStorage",
                    "InsufficientCapacity",
                    "EntityTooLarge",
                    "XMinioStorageFull",
                    "StorageFull",
                    "XMinioAdminBucketQuotaExceeded");
    private static final Set<String> MOMENT =
            Set.of(
                    "SlowDown",
                    "SlowDownRead",
                    "SlowDownWrite",
                    "Throttling",
                    "ThrottlingException",
                    "TooManyRequests",
                    "RequestTimeout",
                    "RequestTimeoutException",
                    "OperationAborted",
                    "ConditionalRequestConflict",
                    "IncompleteBody",
                    "InternalError",
                    "ServiceUnavailable",
                    "IDPCommunicationError");
    private static final Set<String> TRANSIT =
            Set.of("BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch");
    private static final Set<String> UNKNOWN_REQUEST =
            Set.of("NotImplemented", "MethodNotAllowed", "InvalidRequest", "InvalidArgument");

    public static Verdict of(Answer answer, Place place) {
        String code = answer.code();
        if (code.equals("NoSuchBucket") || code.equals("InvalidBucketName"))
            return denied(
                    "there is no bucket '%s' at %s: check the bucket's name, and the endpoint"
                            .formatted(place.bucket(), place.server()));
        if (REGION.contains(code) || answer.status() == 301 || answer.status() == 307)
            return denied(regionHint(answer, place));
        if (CLOCK.contains(code))
            return new Verdict(
                    Fault.DENIED,
                    true, // the client corrects its time by the answer's, and asks once more
                    "this host's clock and the server's differ too much: is time synchronised here"
                            + " (timedatectl)?");
        if (KEYS.contains(code))
            return denied("the access key is not known there: check it, and the endpoint");
        if (code.equals("SignatureDoesNotMatch"))
            return denied(
                    "the secret key is wrong, or a proxy changes the request on its way: check the"
                            + " secret key, and the endpoint");
        if (TOKEN.contains(code))
            return denied(
                    "the session's token is not valid any more: who issues it, and for whom?");
        if (code.startsWith("KMS") || code.contains("KmsException"))
            return denied(
                    "the key of KMS is not there, disabled, or may not be used by us: check the"
                            + " key's id, its region and its policy");
        if (ROOM.contains(code) || answer.status() == 507)
            return new Verdict(
                    Fault.FULL, false, "raise the bucket's quota, or let retention keep less");
        if (MOMENT.contains(code) || answer.status() == 429)
            return later("the server is busy: look at its load, and at the limits set for us");
        if (TRANSIT.contains(code))
            return new Verdict(
                    Fault.BROKEN,
                    true,
                    "what arrived was not what was sent: a network card or a proxy changes bytes");
        return byStatus(answer, place);
    }

    private static Verdict byStatus(Answer answer, Place place) {
        int status = answer.status();
        if (status == 0)
            return later(
                    "is the server %s up, and the way to it open (name, port, proxy, firewall)?"
                            .formatted(place.server()));
        if (status == 404 || status == 416)
            return new Verdict(
                    Fault.NOT_FOUND, false, "another process may have removed it: let verify look");
        if (status == 401 || status == 403)
            return denied(
                    "the key may not do this to bucket '%s': its policy must allow to list, get,"
                                    .formatted(place.bucket())
                            + " put, delete and abort multipart uploads"
                            + encryptionToo(answer));
        if (status == 501 || UNKNOWN_REQUEST.contains(answer.code()))
            return broken("the server does not know this kind of request: which server is it?");
        if (status >= 500) return later("look at the server's log; it failed, and may recover");
        return broken("is the endpoint " + place.server() + " one of S3?");
    }

    private static String encryptionToo(Answer answer) {
        boolean told = answer.text().toLowerCase(Locale.ROOT).contains("encrypt");
        return told ? "; or the object was stored with another customer key" : "";
    }

    private static String regionHint(Answer answer, Place place) {
        return answer.region()
                .map(there ->
                        "the bucket is in region %s, not %s: set region to that"
                                .formatted(there, place.region()))
                .orElse(
                        "the bucket is in another region than %s: set region and endpoint to the"
                                        .formatted(place.region())
                                + " bucket's");
    }

    private static Verdict denied(String hint) {
        return new Verdict(Fault.DENIED, false, hint);
    }

    private static Verdict later(String hint) {
        return new Verdict(Fault.UNREACHABLE, true, hint);
    }

    private static Verdict broken(String hint) {
        return new Verdict(Fault.BROKEN, false, hint);
    }
}
