package io.attestedmesh.benchmarks;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObjectJSON;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.trust.Bundle;
import io.attestedmesh.releases.trust.BundleVerifier;
import io.attestedmesh.releases.trust.ListedReleases;
import io.attestedmesh.releases.trust.Requirements;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Time from a bundle's bytes to a list that answers: 10,000 releases, five signatures, all of which are needed. Beside it
 * what it cannot do without: the five verifications over the same bytes, by nimbus (Ed25519 by the platform, as nimbus
 * alone has none), and of these what is only hashing.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class ListLoadingBenchmark {
    static final int RELEASES = 10_000;

    /** Who signs. */
    public enum Keys {
        ES384,
        MIXED;

        List<SigningAlgorithm> algorithms() {
            return switch (this) {
                case ES384 -> Collections.nCopies(5, SigningAlgorithm.ES384);
                case MIXED ->
                    List.of(
                            SigningAlgorithm.ES384,
                            SigningAlgorithm.ES384,
                            SigningAlgorithm.ES256,
                            SigningAlgorithm.ES256,
                            SigningAlgorithm.ED25519);
            };
        }
    }

    /** No record: the bytes lie ready as an array, as the platform takes them. */
    private static final class Signed {
        private final NamedKey key;
        private final byte[] input;
        private final Base64URL signature;

        Signed(NamedKey key, byte[] input, Base64URL signature) {
            this.key = key;
            this.input = input;
            this.signature = signature;
        }
    }

    @Param
    private Keys keys;

    private final CryptoProvider crypto = CryptoProvider.fastest();
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Requirements requirements;
    private Bundle bundle;
    private Bytes published;
    private List<Signed> signatures;

    @Setup
    public void publish() throws Exception {
        ListPublisher publisher = new ListPublisher(keys.algorithms(), now);
        requirements = publisher.requirements();
        bundle = publisher.publish(publisher.list(1, ListPublisher.releases(RELEASES)));
        published = bundle.encode();
        JWSObjectJSON jws =
                JWSObjectJSON.parse(new String(bundle.list().encode().toByteArray(), StandardCharsets.UTF_8));
        signatures = new ArrayList<>();
        for (JWSObjectJSON.Signature signature : jws.getSignatures()) {
            String input =
                    signature.getHeader().toBase64URL() + "." + jws.getPayload().toBase64URL();
            NamedKey key = requirements
                    .anchor()
                    .root()
                    .keys()
                    .byId(signature.getHeader().getKeyID())
                    .orElseThrow();
            signatures.add(new Signed(key, input.getBytes(StandardCharsets.US_ASCII), signature.getSignature()));
        }
    }

    /** Everything: bytes in, a list that answers out. */
    @Benchmark
    public ListedReleases load() throws Exception {
        return ListedReleases.of(new BundleVerifier(requirements).verify(Bundle.parse(published), now));
    }

    /** The bytes read into values, nothing verified. */
    @Benchmark
    public ReleaseList readOnly() throws Exception {
        return ReleaseList.parse(Bundle.parse(published).list().payload());
    }

    /** The part of {@link #load} that is signatures: what they are of is put together, and the five are verified. */
    @Benchmark
    public List<NamedKey> requireThreshold() throws Exception {
        return bundle.list()
                .requireThreshold(
                        DocumentType.RELEASE_LIST, requirements.anchor().root().keys());
    }

    /** The five signatures alone, over bytes that lie ready. */
    @Benchmark
    public int fiveSignatures() throws Exception {
        int good = 0;
        for (Signed signed : signatures) {
            good += holds(signed) ? 1 : 0;
        }
        if (good != 5) {
            throw new IllegalStateException("the baseline does not verify");
        }
        return good;
    }

    private boolean holds(Signed signed) throws JOSEException, GeneralSecurityException {
        if (signed.key.key() instanceof ECPublicKey ec) {
            JWSVerifier verifier = new ECDSAVerifier(ec);
            verifier.getJCAContext().setProvider(crypto.provider());
            JWSHeader header =
                    new JWSHeader(JWSAlgorithm.parse(signed.key.algorithm().joseName()));
            return verifier.verify(header, signed.input, signed.signature);
        }
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(signed.key.key());
        check.update(signed.input);
        return check.verify(signed.signature.decode());
    }

    /** The hashing that is in five signatures, by the digest of each and the same provider. */
    @Benchmark
    public void fiveHashes(Blackhole sink) throws Exception {
        for (Signed signed : signatures) {
            MessageDigest digest = switch (signed.key.algorithm()) {
                case ES384 -> MessageDigest.getInstance("SHA-384", crypto.provider());
                case ES256 -> MessageDigest.getInstance("SHA-256", crypto.provider());
                case ED25519 -> MessageDigest.getInstance("SHA-512");
            };
            sink.consume(digest.digest(signed.input));
        }
    }
}
