package io.attestedmesh.voting.coordination;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.TransactionId;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Rows and members as etcd has them. */
final class EtcdRows {
    /** Members, and the revision of the store at which it has these. */
    record Members(List<MemberRecord> members, long revision) {}

    private static final int MOST_MEMBERS = 1_000; // of whatever liars write there; a committee has 255 at most
    private static final int PAGE = 1_000;

    private final EtcdCalls calls;
    private final EtcdKeys keys;
    private final MemberJson json;

    EtcdRows(EtcdCalls calls, EtcdKeys keys, MemberJson json) {
        this.calls = calls;
        this.keys = keys;
        this.json = json;
    }

    static StoredOutcome row(KeyValue stored) {
        return new StoredOutcome(Bytes.of(stored.getValue().toByteArray()), stored.getModRevision());
    }

    Optional<MemberRecord> member(KeyValue stored) {
        return keys.member(stored.getKey())
                .flatMap(node -> json.read(node, stored.getValue().toByteArray()));
    }

    Optional<StoredOutcome> outcome(TransactionId transaction) throws CoordinationException {
        RangeRequest request =
                RangeRequest.newBuilder().setKey(keys.of(transaction)).build();
        return calls.await(KVGrpc.getRangeMethod(), request).getKvsList().stream()
                .findFirst()
                .map(EtcdRows::row);
    }

    CompletableFuture<Swap> swap(TransactionId transaction, long expectedRevision, Bytes certificate) {
        ByteString key = keys.of(transaction);
        ByteString value = ByteString.copyFrom(certificate.toByteArray());
        Compare.Builder compare = Compare.newBuilder().setKey(key).setResult(Compare.CompareResult.EQUAL);
        if (expectedRevision == 0) {
            compare.setTarget(Compare.CompareTarget.VERSION).setVersion(0);
        } else {
            compare.setTarget(Compare.CompareTarget.MOD).setModRevision(expectedRevision);
        }
        TxnRequest request = TxnRequest.newBuilder()
                .addCompare(compare)
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value)))
                .addFailure(RequestOp.newBuilder()
                        .setRequestRange(RangeRequest.newBuilder().setKey(key)))
                .build();
        EtcdCall<TxnRequest, TxnResponse> call = calls.call(KVGrpc.getTxnMethod(), request);
        return call.answer().thenApply(answer -> {
            if (answer.getSucceeded()) {
                return Swap.DONE;
            }
            Optional<KeyValue> present = answer.getResponses(0).getResponseRange().getKvsList().stream()
                    .findFirst();
            // asked twice: the first time may have written it, and only its answer was lost
            boolean own = call.repeated()
                    && present.filter(row -> row.getValue().equals(value)).isPresent();
            return own ? Swap.DONE : new Swap(false, present.map(EtcdRows::row));
        });
    }

    Members members() throws CoordinationException {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(keys.members())
                .setRangeEnd(EtcdKeys.end(keys.members()))
                .setLimit(MOST_MEMBERS)
                .build();
        RangeResponse answer = calls.await(KVGrpc.getRangeMethod(), request);
        List<MemberRecord> members = answer.getKvsList().stream()
                .map(this::member)
                .flatMap(Optional::stream)
                .toList();
        return new Members(members, answer.getHeader().getRevision());
    }

    /** Gives {@code delivery} each row that changed at this revision or later, as it is now. */
    void changedFrom(long revision, WatchDelivery delivery) throws CoordinationException {
        ByteString from = keys.transactions();
        boolean more = true;
        while (more && !delivery.isClosed()) {
            RangeResponse page = calls.await(
                    KVGrpc.getRangeMethod(),
                    RangeRequest.newBuilder()
                            .setKey(from)
                            .setRangeEnd(EtcdKeys.end(keys.transactions()))
                            .setLimit(PAGE)
                            .setKeysOnly(true)
                            .build());
            for (TransactionId changed : changed(page, revision)) {
                if (delivery.wants(changed)) {
                    outcome(changed).ifPresent(row -> delivery.outcome(changed, row));
                }
            }
            more = page.getMore() && page.getKvsCount() > 0;
            if (more) {
                from = page.getKvs(page.getKvsCount() - 1).getKey().concat(ByteString.copyFrom(new byte[1]));
            }
        }
    }

    private List<TransactionId> changed(RangeResponse page, long revision) {
        List<TransactionId> changed = new ArrayList<>();
        for (KeyValue row : page.getKvsList()) {
            if (row.getModRevision() >= revision) {
                keys.transaction(row.getKey()).ifPresent(changed::add);
            }
        }
        return changed;
    }
}
