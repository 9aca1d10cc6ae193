package io.matriarch.storage.s3;

import io.matriarch.storage.api.Entry;
import io.matriarch.storage.api.Entry.Kind;
import io.matriarch.storage.api.StorageException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists objects page by page. */
final class Listing {
    private final S3Client client;
    private final Attempts attempts;
    private final Objects objects;
    private final Writes writes;

    Listing(S3Client client, Attempts attempts, Objects objects, Writes writes) {
        this.client = client;
        this.attempts = attempts;
        this.objects = objects;
        this.writes = writes;
    }

    /** Files and folders directly below. */
    List<Entry> children(String folder) throws StorageException {
        var entries = new ArrayList<Entry>();
        pages(
                folder,
                "/",
                page -> {
                    files(page).forEach(entries::add);
                    for (var common : page.commonPrefixes()) {
                        String path = objects.path(common.prefix());
                        String name = path.substring(0, path.length() - 1);
                        entries.add(new Entry(name, Kind.FOLDER, 0, Instant.EPOCH));
                    }
                });
        return entries;
    }

    void filesBelow(String folder, Consumer<Entry> each) throws StorageException {
        pages(folder, null, page -> files(page).forEach(each));
    }

    /** Consoles make empty objects that end in a slash, to show a folder: no files of ours. */
    private List<Entry> files(ListObjectsV2Response page) {
        return page.contents().stream()
                .filter(object -> !object.key().endsWith("/"))
                .map(this::entry)
                .toList();
    }

    private Entry entry(S3Object object) {
        Instant modified = object.lastModified();
        return new Entry(
                objects.path(object.key()),
                Kind.FILE,
                object.size(),
                modified == null ? Instant.EPOCH : modified);
    }

    interface Page {
        void on(ListObjectsV2Response page) throws StorageException;
    }

    void pages(String folder, @Nullable String delimiter, Page each) throws StorageException {
        String what = "list " + (folder.isEmpty() ? "the root" : folder);
        @Nullable String token = null;
        do {
            @Nullable String from = token;
            var page =
                    attempts.call(
                            what,
                            attempt ->
                                    client.listObjectsV2(request ->
                                            request.bucket(objects.bucket())
                                                    .prefix(objects.below(folder))
                                                    .delimiter(delimiter)
                                                    .continuationToken(from)
                                                    .overrideConfiguration(attempt::limit)));
            if (page.isTruncated() == null) throw writes.notS3(what, "no IsTruncated");
            each.on(page);
            token = page.isTruncated() ? page.nextContinuationToken() : null;
            if (page.isTruncated() && token == null)
                throw writes.notS3(what, "no NextContinuationToken");
        } while (token != null);
    }

    /** Multipart uploads begun before an instant and never completed. */
    List<MultipartUpload> unfinished(Instant before) throws StorageException {
        var found = new ArrayList<MultipartUpload>();
        @Nullable String key = null;
        @Nullable String id = null;
        boolean more;
        do {
            @Nullable String fromKey = key;
            @Nullable String fromId = id;
            ListMultipartUploadsResponse page =
                    attempts.call(
                            "list unfinished uploads",
                            attempt ->
                                    client.listMultipartUploads(request ->
                                            request.bucket(objects.bucket())
                                                    .prefix(objects.below(""))
                                                    .keyMarker(fromKey)
                                                    .uploadIdMarker(fromId)
                                                    .overrideConfiguration(attempt::limit)));
            for (var upload : page.uploads())
                if (upload.initiated() != null && upload.initiated().isBefore(before))
                    found.add(upload);
            key = page.nextKeyMarker();
            id = page.nextUploadIdMarker();
            more = Boolean.TRUE.equals(page.isTruncated()) && key != null;
        } while (more);
        return found;
    }
}
