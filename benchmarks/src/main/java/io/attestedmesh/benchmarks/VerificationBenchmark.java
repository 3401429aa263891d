package io.attestedmesh.benchmarks;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveImage;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNitro;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Time of one verification of a document, beside the P-384 verifications that it cannot do without: four certificates
 * and the document itself, or the leaf and the document where the CA chain is known.
 *
 * <p>The baseline reads each public key anew, checks one signature with it and nothing else, by the same provider over
 * the same bytes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
public class VerificationBenchmark {
    /** A leaf lives 3 h and its issuer a day, so one enclave shows this many leaves under one CA chain. */
    static final int LEAVES = 6;

    private static final Duration NEXT_LEAF = Duration.ofMinutes(181);

    private record SignedBytes(Bytes publicKey, Bytes message, Bytes signature) {}

    private record Dated(Bytes document, Instant at) {}

    private final CryptoProvider crypto = CryptoProvider.fastest();
    private final List<Dated> documents = new ArrayList<>();
    private List<SignedBytes> signatures;
    private SimulatedNitro cloud;
    private NitroVerifier unused;
    private NitroVerifier primed;

    @Setup
    public void makeDocuments() throws Exception {
        MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
        cloud = SimulatedNitro.inMemory(clock, new SecureRandom());
        SimulatedNsm nsm = cloud.launch(EnclaveSpec.of(EnclaveImage.of("benchmark", Bytes.of((byte) 1))));
        for (int i = 0; i <= LEAVES; i++) {
            Bytes document = nsm.attest(new AttestationRequest(
                    Optional.of(Bytes.of(new byte[91])), Optional.of(Bytes.of(new byte[61])), Optional.empty()));
            documents.add(new Dated(document, clock.instant()));
            clock.advance(NEXT_LEAF);
        }
        signatures = signaturesOf(AttestationDocument.parse(documents.get(0).document()));
    }

    @Setup(Level.Invocation)
    public void forgetChains() throws Exception {
        unused = verifier();
        primed = verifier();
        primed.verify(documents.get(0).document(), documents.get(0).at());
    }

    /** Nothing known but the root. */
    @Benchmark
    public VerifiedEvidence freshDocument() throws Exception {
        return unused.verify(documents.get(0).document(), documents.get(0).at());
    }

    /** The CA chain known, the leaf new. */
    @Benchmark
    @OperationsPerInvocation(LEAVES)
    public void knownIssuers(Blackhole sink) throws Exception {
        for (Dated dated : documents.subList(1, LEAVES + 1)) {
            sink.consume(primed.verify(dated.document(), dated.at()));
        }
    }

    /** The leaf known too: the document's own signature is left. */
    @Benchmark
    public VerifiedEvidence knownLeaf() throws Exception {
        return primed.verify(documents.get(0).document(), documents.get(0).at());
    }

    /** Five P-384 verifications, each with a key read anew. */
    @Benchmark
    public int fiveSignatures() throws Exception {
        int good = 0;
        for (SignedBytes signed : signatures) {
            good += holds(signed) ? 1 : 0;
        }
        if (good != 5) {
            throw new IllegalStateException("the baseline does not verify");
        }
        return good;
    }

    private boolean holds(SignedBytes signed) throws Exception {
        KeyFactory keys = KeyFactory.getInstance("EC", crypto.provider());
        Signature check = Signature.getInstance("SHA384withECDSA", crypto.provider());
        check.initVerify(
                keys.generatePublic(new X509EncodedKeySpec(signed.publicKey().toByteArray())));
        check.update(signed.message().toByteArray());
        return check.verify(signed.signature().toByteArray());
    }

    private NitroVerifier verifier() {
        return new NitroVerifier(List.of(cloud.trustedRoot()), crypto, NitroVerifier.DEFAULT_CLOCK_SKEW);
    }

    private static List<SignedBytes> signaturesOf(AttestationDocument document) throws Exception {
        List<X509Certificate> chain = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Bytes> encoded = new ArrayList<>(document.cabundle());
        encoded.add(document.certificate());
        for (Bytes der : encoded) {
            chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der.toByteArray())));
        }
        List<SignedBytes> signed = new ArrayList<>();
        for (int i = 1; i < chain.size(); i++) {
            signed.add(new SignedBytes(
                    Bytes.of(chain.get(i - 1).getPublicKey().getEncoded()),
                    Bytes.of(chain.get(i).getTBSCertificate()),
                    Bytes.of(chain.get(i).getSignature())));
        }
        signed.add(new SignedBytes(
                Bytes.of(chain.get(chain.size() - 1).getPublicKey().getEncoded()),
                document.envelope().toBeSigned(),
                der(document.envelope().signature())));
        return signed;
    }

    private static Bytes der(Bytes concatenated) throws Exception {
        ASN1EncodableVector numbers = new ASN1EncodableVector();
        numbers.add(new ASN1Integer(new BigInteger(1, concatenated.slice(0, 48).toByteArray())));
        numbers.add(new ASN1Integer(new BigInteger(1, concatenated.slice(48, 96).toByteArray())));
        return Bytes.of(new DERSequence(numbers).getEncoded());
    }
}
