package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.list.ImageFile;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.list.SourceCode;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.Requirements;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Makes lists of many releases, each with image and source, signed by all keys of their trust root. */
final class ListPublisher {
    private static final String LIST = "benchmark";
    private static final Duration LIFE = Duration.ofDays(30);

    private record Holder(NamedKey key, PrivateKey privateKey) {}

    private final List<Holder> holders = new ArrayList<>();
    private final Instant now;
    private final SignedEnvelope root;

    /** One key for each of {@code algorithms}, all of which must sign. */
    ListPublisher(List<SigningAlgorithm> algorithms, Instant now)
            throws GeneralSecurityException, MalformedReleasesException {
        this.now = now;
        for (SigningAlgorithm algorithm : algorithms) {
            KeyPair pair = algorithm.keyPairGenerator().generateKeyPair();
            NamedKey key = new NamedKey("holder-" + holders.size(), algorithm, pair.getPublic());
            holders.add(new Holder(key, pair.getPrivate()));
        }
        KeySet keys = new KeySet(holders.stream().map(Holder::key).toList(), holders.size());
        TrustRoot trusted = new TrustRoot(LIST, 1, now, now.plus(LIFE), keys, 1, Optional.empty());
        root = signed(DocumentType.TRUST_ROOT, trusted.encode());
    }

    Requirements requirements() throws MalformedReleasesException, RejectedReleasesException {
        return Requirements.of(SignedRoot.of(root));
    }

    ReleaseList list(long version, List<Release> releases) {
        return new ReleaseList(LIST, version, now, now.plus(LIFE), releases);
    }

    Bundle publish(ReleaseList list) throws GeneralSecurityException {
        return new Bundle(List.of(root), signed(DocumentType.RELEASE_LIST, list.encode()), Optional.empty());
    }

    private SignedEnvelope signed(DocumentType type, Bytes payload) throws GeneralSecurityException {
        SignedEnvelope envelope = SignedEnvelope.unsigned(payload);
        for (Holder holder : holders) {
            envelope = envelope.signedBy(type, holder.key, holder.privateKey);
        }
        return envelope;
    }

    /** The same numbers give the same releases. */
    static List<Release> releases(int count) {
        Random random = new Random(count);
        List<Release> releases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<Integer, Bytes> pcrs = Map.of(0, bytes(random), 1, bytes(random), 2, bytes(random));
            releases.add(new Release(
                    "program",
                    "1." + i + ".0",
                    ReleaseStatus.ACTIVE,
                    PcrBank.of(pcrs),
                    Optional.of(new ImageFile(bytes(random), 100_000_000)),
                    Optional.of(
                            new SourceCode("https://git.example/program", String.format("%040x", i), bytes(random))),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }
        return Collections.unmodifiableList(releases);
    }

    private static Bytes bytes(Random random) {
        byte[] value = new byte[48];
        random.nextBytes(value);
        return Bytes.of(value);
    }
}
