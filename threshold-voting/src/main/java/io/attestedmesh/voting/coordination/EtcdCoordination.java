package io.attestedmesh.voting.coordination;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.TransactionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** Outcomes and members in an etcd that the nodes share. */
public final class EtcdCoordination implements Coordination {
    private final EtcdCalls calls;
    private final EtcdKeys keys;
    private final MemberJson json;
    private final EtcdRows rows;
    private final List<EtcdMembership> memberships = new CopyOnWriteArrayList<>();
    private final List<EtcdWatch> watches = new CopyOnWriteArrayList<>();

    private EtcdCoordination(EtcdCalls calls, EtcdKeys keys, MemberJson json) {
        this.calls = calls;
        this.keys = keys;
        this.json = json;
        this.rows = new EtcdRows(calls, keys, json);
    }

    /**
     * Connects when it is first needed, and again whenever etcd is back.
     *
     * @throws CoordinationException if the PEM files cannot be read
     */
    public static EtcdCoordination connect(Committee committee, EtcdSettings settings, MeterRegistry registry)
            throws CoordinationException {
        return new EtcdCoordination(
                EtcdCalls.open(settings),
                new EtcdKeys(settings.prefix(), committee),
                new MemberJson(committee, registry));
    }

    @Override
    public Optional<StoredOutcome> outcome(TransactionId transaction) throws CoordinationException {
        return rows.outcome(transaction);
    }

    @Override
    public CompletableFuture<Swap> swap(TransactionId transaction, long expectedRevision, Bytes certificate) {
        if (certificate.size() > LARGEST) {
            return CompletableFuture.failedFuture(new CoordinationException(
                    "a certificate of " + certificate.size() + " bytes is not stored: " + LARGEST + " is the most"));
        }
        return rows.swap(transaction, expectedRevision, certificate);
    }

    @Override
    public Membership join(MemberRecord me, Duration ttl) {
        ByteString value = ByteString.copyFrom(json.write(me).toByteArray());
        EtcdMembership membership = new EtcdMembership(calls, keys.of(me.node()), value, ttl, memberships::remove);
        memberships.add(membership);
        membership.begin();
        return membership;
    }

    @Override
    public List<MemberRecord> members() throws CoordinationException {
        return rows.members().members();
    }

    @Override
    public Watch watch(WatchFrom from, Watcher watcher) throws CoordinationException {
        EtcdWatch watch = new EtcdWatch(calls, keys, rows, new WatchDelivery(watcher), watches::remove);
        if (from == WatchFrom.NOW) {
            watch.beginAt(rows.members());
        } else {
            watch.beginWithAll();
        }
        watches.add(watch);
        return watch;
    }

    @Override
    public void close() {
        memberships.forEach(EtcdMembership::close);
        watches.forEach(EtcdWatch::close);
        calls.close();
    }
}
