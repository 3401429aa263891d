package io.attestedmesh.releases.root;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.KeySet;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.NoteSigner;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Roots of the list acme-kms, which all were issued and expire together. */
final class Roots {
    static final Instant ISSUED = Instant.parse("2026-11-20T10:00:00Z");
    static final Instant EXPIRES = Instant.parse("2027-11-20T10:00:00Z");

    static final Signer ALICE = Signer.generate("alice", SigningAlgorithm.ES384);
    static final Signer BOB = Signer.generate("bob", SigningAlgorithm.ES256);
    static final Signer CAROL = Signer.generate("carol", SigningAlgorithm.ED25519);
    static final Signer DAVE = Signer.generate("dave", SigningAlgorithm.ES384);

    private Roots() {}

    static TrustRoot root(long version, int threshold, Signer... signers) {
        return of("acme-kms", version, threshold, signers);
    }

    static TrustRoot of(String list, long version, int threshold, Signer... signers) {
        List<NamedKey> keys = Stream.of(signers).map(Signer::key).toList();
        return new TrustRoot(list, version, ISSUED, EXPIRES, new KeySet(keys, threshold), 1, Optional.empty());
    }

    static TrustRoot with(LogTrust log) {
        TrustRoot root = root(1, 1, ALICE);
        return new TrustRoot(root.list(), 1, ISSUED, EXPIRES, root.keys(), root.minimumListVersion(), Optional.of(log));
    }

    static SignedEnvelope signed(TrustRoot root, Signer... signers) {
        return Signer.signAll(DocumentType.TRUST_ROOT, root.encode(), signers);
    }

    static NoteKey logKey(String origin) {
        return noteSigner(origin).key();
    }

    static NoteKey witnessKey(String name) {
        return noteSigner(name).cosigningKey();
    }

    private static NoteSigner noteSigner(String name) {
        try {
            return NoteSigner.of(name, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
