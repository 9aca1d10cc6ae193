package io.matriarch.storage.s3;

import io.matriarch.storage.s3.FaultyS3.Request;
import io.matriarch.storage.s3.FaultyS3.Response;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One bucket in memory behind {@link FaultyS3}: what the client under test asks for, no more. */
final class FaultyBucket {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final Pattern PART = Pattern.compile("partNumber=(\\d+)");
    private static final Pattern UPLOAD = Pattern.compile("uploadId=([\\w-]+)");
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
    private static final String TOKEN = "x-amz-meta-matriarch-write";

    record Blob(byte[] content, String token) {}

    private record Multipart(String token, TreeMap<Integer, byte[]> parts) {}

    private final Map<String, Blob> blobs = new TreeMap<>();
    private final Map<String, Multipart> uploads = new HashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    /** Keys as in requests: {@code /bucket/prefix/path}. */
    synchronized void put(String path, byte[] content) {
        blobs.put(path, new Blob(content, ""));
    }

    synchronized byte[] content(String path) {
        return blobs.get(path).content();
    }

    synchronized boolean has(String path) {
        return blobs.containsKey(path);
    }

    synchronized int unfinished() {
        return uploads.size();
    }

    synchronized Response answer(Request request) {
        String query = request.query();
        return switch (request.method()) {
            case "GET" -> query.contains("list-type=2") ? list(request) : get(request);
            case "HEAD" -> get(request);
            case "PUT" -> query.contains("uploadId=") ? part(request) : put(request);
            case "POST" -> post(request);
            case "DELETE" -> delete(request);
            default -> Response.error(405, "MethodNotAllowed", "");
        };
    }

    private Response get(Request request) {
        Blob blob = blobs.get(request.path());
        if (blob == null) return Response.error(404, "NoSuchKey", "");
        String etag = etag(blob.content());
        String match = request.header("If-Match");
        if (!match.isEmpty() && !match.equals(etag))
            return Response.error(412, "PreconditionFailed", "");
        var headers = new HashMap<String, String>();
        headers.put("ETag", etag);
        headers.put("Last-Modified", "Wed, 25 Nov 2026 20:00:00 GMT");
        if (!blob.token().isEmpty()) headers.put(TOKEN, blob.token());
        Matcher range = RANGE.matcher(request.header("Range"));
        if (!range.matches()) {
            headers.put("Content-Length", "" + blob.content().length);
            return new Response(200, headers, blob.content());
        }
        int size = blob.content().length;
        int from = Integer.parseInt(range.group(1));
        int to = range.group(2).isEmpty() ? size - 1 : Integer.parseInt(range.group(2));
        if (from >= size) return Response.error(416, "InvalidRange", "");
        to = Math.min(to, size - 1);
        headers.put("Content-Range", "bytes " + from + "-" + to + "/" + size);
        headers.put("Content-Length", "" + (to - from + 1));
        return new Response(
                206, headers, java.util.Arrays.copyOfRange(blob.content(), from, to + 1));
    }

    private Response put(Request request) {
        if (!md5(request.body()).equals(request.header("Content-MD5")))
            return Response.error(400, "BadDigest", "");
        if (request.header("If-None-Match").equals("*") && blobs.containsKey(request.path()))
            return Response.error(412, "PreconditionFailed", "");
        blobs.put(request.path(), new Blob(request.body(), request.header(TOKEN)));
        return new Response(200, Map.of("ETag", etag(request.body())), new byte[0]);
    }

    private Response part(Request request) {
        if (!md5(request.body()).equals(request.header("Content-MD5")))
            return Response.error(400, "BadDigest", "");
        var upload = uploads.get(found(UPLOAD, request.query()));
        if (upload == null) return Response.error(404, "NoSuchUpload", "");
        upload.parts().put(Integer.parseInt(found(PART, request.query())), request.body());
        return new Response(200, Map.of("ETag", etag(request.body())), new byte[0]);
    }

    private Response post(Request request) {
        if (request.query().contains("delete")) return deleteMany(request);
        if (request.query().contains("uploads")) {
            String id = "upload-" + count.incrementAndGet();
            uploads.put(id, new Multipart(request.header(TOKEN), new TreeMap<>()));
            return Response.of(
                    200,
                    "<InitiateMultipartUploadResult><UploadId>%s</UploadId></InitiateMultipartUploadResult>"
                            .formatted(id));
        }
        var upload = uploads.remove(found(UPLOAD, request.query()));
        if (upload == null) return Response.error(404, "NoSuchUpload", "");
        var content = new ByteArrayOutputStream();
        upload.parts().values().forEach(content::writeBytes);
        blobs.put(request.path(), new Blob(content.toByteArray(), upload.token()));
        return Response.of(
                200,
                "<CompleteMultipartUploadResult><ETag>\"x-1\"</ETag></CompleteMultipartUploadResult>");
    }

    private Response deleteMany(Request request) {
        var keys = KEY.matcher(new String(request.body(), StandardCharsets.UTF_8));
        while (keys.find()) blobs.remove("/backups/" + keys.group(1));
        return Response.of(200, "<DeleteResult></DeleteResult>");
    }

    private Response delete(Request request) {
        if (request.query().contains("uploadId="))
            return uploads.remove(found(UPLOAD, request.query())) == null
                    ? Response.error(404, "NoSuchUpload", "")
                    : Response.of(204, "");
        blobs.remove(request.path());
        return Response.of(204, "");
    }

    private Response list(Request request) {
        var text = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        String bucket = request.path().endsWith("/") ? request.path() : request.path() + "/";
        blobs.forEach((path, blob) ->
                text.append("<Contents><Key>")
                        .append(path.substring(bucket.length()))
                        .append("</Key><LastModified>2026-11-25T20:00:00.000Z")
                        .append("</LastModified><Size>")
                        .append(blob.content().length)
                        .append("</Size></Contents>"));
        return Response.of(200, text.append("</ListBucketResult>").toString());
    }

    private static String found(Pattern pattern, String query) {
        Matcher matcher = pattern.matcher(query);
        return matcher.find() ? matcher.group(1) : "";
    }

    private static String md5(byte[] content) {
        return Base64.getEncoder().encodeToString(digest(content));
    }

    private static String etag(byte[] content) {
        return '"' + HexFormat.of().formatHex(digest(content)) + '"';
    }

    private static byte[] digest(byte[] content) {
        try {
            return MessageDigest.getInstance("MD5").digest(content);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
