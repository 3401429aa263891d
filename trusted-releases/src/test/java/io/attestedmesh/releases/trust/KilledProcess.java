package io.attestedmesh.releases.trust;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.root.SignedRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Accepts one version after the other and prints each once it is accepted, until it is killed. */
final class KilledProcess {
    static final String ROOT = "root.json";
    static final String KEY = "key.pkcs8";
    static final String STATE = "state";

    /** So many that a state takes a while to write. */
    private static final int RELEASES = 400;

    private KilledProcess() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        SignedRoot anchor = SignedRoot.of(SignedEnvelope.parse(Bytes.of(Files.readAllBytes(folder.resolve(ROOT)))));
        Signer signer = signer(anchor.root().keys().keys().get(0), folder.resolve(KEY));
        Clock clock = Clock.fixed(Publisher.NOW, ZoneOffset.UTC);
        try (TrustedReleases releases =
                TrustedReleases.open(Requirements.of(anchor), Optional.of(folder.resolve(STATE)), clock)) {
            long version = releases.current().map(VerifiedList::version).orElse(0L);
            while (true) {
                version++;
                releases.offer(bundle(anchor, version, signer).encode());
                System.out.println(version);
            }
        }
    }

    private static Signer signer(NamedKey key, Path file) throws Exception {
        PrivateKey privateKey =
                KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(file)));
        return new Signer(key, privateKey);
    }

    static Signer newSigner() {
        return Signer.generate("alice", SigningAlgorithm.ED25519);
    }

    static Bundle bundle(SignedRoot anchor, long version, Signer signer) {
        List<Release> releases = IntStream.range(0, RELEASES)
                .mapToObj(i -> Publisher.release("app", version + ".0." + i, i))
                .toList();
        ReleaseList list = new ReleaseList(
                Publisher.LIST, version, Publisher.NOW, Publisher.NOW.plus(Publisher.LIFE_OF_A_LIST), releases);
        return new Bundle(
                List.of(anchor.envelope()),
                Signer.signAll(DocumentType.RELEASE_LIST, list.encode(), signer),
                Optional.empty());
    }
}
