package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.Bundle;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Three people, any two of whom say which code may run: what {@code amesh root} and {@code amesh release} do with files,
 * in memory. Not thread-safe.
 */
public final class Signers {
    private static final List<String> NAMES = List.of("rita-release", "sam-security", "olga-operations");
    private static final int THRESHOLD = 2;
    private static final Duration LIFE_OF_THE_ROOT = Duration.ofDays(365);
    private static final Duration LIFE_OF_A_LIST = Duration.ofDays(30);

    private record Signer(NamedKey key, PrivateKey secret) {}

    private final String list;
    private final Clock clock;
    private final List<Signer> signers;
    private final SignedEnvelope root;
    private long version;

    /** Makes keys and a trust root for the list of that name, valid from now. */
    public Signers(String list, Clock clock) throws GeneralSecurityException {
        this.list = list;
        this.clock = clock;
        this.signers = List.of(signer(NAMES.get(0)), signer(NAMES.get(1)), signer(NAMES.get(2)));
        KeySet keys = new KeySet(signers.stream().map(Signer::key).toList(), THRESHOLD);
        TrustRoot first = new TrustRoot(list, 1, now(), now().plus(LIFE_OF_THE_ROOT), keys, 1, Optional.empty());
        this.root = signed(DocumentType.TRUST_ROOT, first.encode());
    }

    private static Signer signer(String name) throws GeneralSecurityException {
        KeyPair keys = SigningAlgorithm.ES384.keyPairGenerator().generateKeyPair();
        return new Signer(new NamedKey(name, SigningAlgorithm.ES384, keys.getPublic()), keys.getPrivate());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** What everybody who follows the list begins with. */
    public SignedEnvelope root() {
        return root;
    }

    /** The next version of the list, signed by the first two, as a bundle. */
    public Bytes publish(Release... releases) throws GeneralSecurityException {
        version++;
        ReleaseList next = new ReleaseList(list, version, now(), now().plus(LIFE_OF_A_LIST), List.of(releases));
        SignedEnvelope signed = signed(DocumentType.RELEASE_LIST, next.encode());
        return new Bundle(List.of(root), signed, Optional.empty()).encode();
    }

    private SignedEnvelope signed(DocumentType type, Bytes payload) throws GeneralSecurityException {
        SignedEnvelope envelope = SignedEnvelope.unsigned(payload);
        for (Signer signer : signers.subList(0, THRESHOLD)) {
            envelope = envelope.signedBy(type, signer.key(), signer.secret());
        }
        return envelope;
    }
}
