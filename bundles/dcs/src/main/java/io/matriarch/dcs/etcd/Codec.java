package io.matriarch.dcs.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.matriarch.dcs.api.Compare;
import io.matriarch.dcs.api.KeyValue;
import io.matriarch.dcs.api.Op;
import io.matriarch.dcs.api.Snapshot;
import io.matriarch.dcs.api.Txn;
import io.matriarch.dcs.api.WatchListener.Change;
import java.time.Duration;
import java.util.TreeMap;

/** Our values as etcd's messages, and back. Keys and values are UTF-8. */
final class Codec {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    private Codec() {}

    static RangeRequest read(String prefix) {
        return RangeRequest.newBuilder()
                .setKey(firstOf(prefix))
                .setRangeEnd(afterLastOf(prefix))
                .build();
    }

    static Snapshot snapshot(RangeResponse answer) {
        var entries = new TreeMap<String, KeyValue>();
        for (var kv : answer.getKvsList()) {
            KeyValue entry = keyValue(kv);
            entries.put(entry.key(), entry);
        }
        return new Snapshot(answer.getHeader().getRevision(), entries);
    }

    static TxnRequest txn(Txn txn) {
        var request = TxnRequest.newBuilder();
        txn.when().forEach(condition -> request.addCompare(compare(condition)));
        txn.then().forEach(op -> request.addSuccess(op(op)));
        return request.build();
    }

    private static io.etcd.jetcd.api.Compare compare(Compare condition) {
        var compare =
                io.etcd.jetcd.api.Compare.newBuilder()
                        .setKey(bytes(condition.key()))
                        .setResult(io.etcd.jetcd.api.Compare.CompareResult.EQUAL);
        switch (condition) {
            case Compare.Absent _ ->
                    compare.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.CREATE)
                            .setCreateRevision(0);
            case Compare.ValueIs(_, String value) ->
                    compare.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.VALUE)
                            .setValue(bytes(value));
            case Compare.ModRevisionIs(_, long revision) ->
                    compare.setTarget(io.etcd.jetcd.api.Compare.CompareTarget.MOD)
                            .setModRevision(revision);
        }
        return compare.build();
    }

    private static RequestOp op(Op op) {
        return switch (op) {
            case Op.Put(String key, String value, long lease) ->
                    RequestOp.newBuilder()
                            .setRequestPut(
                                    PutRequest.newBuilder()
                                            .setKey(bytes(key))
                                            .setValue(bytes(value))
                                            .setLease(lease))
                            .build();
            case Op.Delete(String key) ->
                    RequestOp.newBuilder()
                            .setRequestDeleteRange(
                                    DeleteRangeRequest.newBuilder().setKey(bytes(key)))
                            .build();
        };
    }

    static WatchRequest watch(String prefix, long fromRevision) {
        return WatchRequest.newBuilder()
                .setCreateRequest(
                        WatchCreateRequest.newBuilder()
                                .setKey(firstOf(prefix))
                                .setRangeEnd(afterLastOf(prefix))
                                .setStartRevision(Math.max(0, fromRevision)))
                .build();
    }

    static Change change(Event event) {
        var kv = event.getKv();
        return event.getType() == Event.EventType.DELETE
                ? new Change.Gone(kv.getKey().toStringUtf8(), kv.getModRevision())
                : new Change.Written(keyValue(kv));
    }

    /** etcd counts whole seconds; half a second asked for is one second granted. */
    static long wholeSeconds(Duration ttl) {
        return Math.max(1, ttl.plusNanos(999_999_999).toSeconds());
    }

    private static KeyValue keyValue(io.etcd.jetcd.api.KeyValue kv) {
        return new KeyValue(
                kv.getKey().toStringUtf8(),
                kv.getValue().toStringUtf8(),
                kv.getCreateRevision(),
                kv.getModRevision(),
                kv.getLease());
    }

    private static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    private static ByteString firstOf(String prefix) {
        return prefix.isEmpty() ? ZERO : bytes(prefix);
    }

    /** The first key behind all that start with the prefix; a zero byte means "to the end". */
    private static ByteString afterLastOf(String prefix) {
        byte[] end = bytes(prefix).toByteArray();
        if (end.length == 0) {
            return ZERO;
        }
        end[end.length - 1]++; // UTF-8 never ends in 0xff, so this cannot overflow
        return ByteString.copyFrom(end);
    }
}
