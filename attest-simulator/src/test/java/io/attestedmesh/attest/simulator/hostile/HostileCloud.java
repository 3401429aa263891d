package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.TrustedRoot;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A simulated cloud whose every certificate and document can be wrong in one place. Its root is what the verifier under
 * test trusts; its keys are those of one object and die with it.
 */
public final class HostileCloud {
    static final Provider PROVIDER = new BouncyCastleProvider();

    private final Instant now;
    private final Map<Rung, KeyPair> keys;
    private final Map<Rung, Bytes> issuers = new EnumMap<>(Rung.class);

    private HostileCloud(Instant now, Map<Rung, KeyPair> keys, Consumer<CertificateRecipe> rootFault) {
        this.now = now;
        this.keys = keys;
        CertificateRecipe root = recipe(Rung.ROOT, null);
        CertificateRecipe above = root;
        for (Rung rung : List.of(Rung.REGIONAL, Rung.ZONAL, Rung.INSTANCE)) {
            above = recipe(rung, above);
            issuers.put(rung, above.sign());
        }
        rootFault.accept(root);
        issuers.put(Rung.ROOT, root.sign());
    }

    /** A cloud in which everything is valid at {@code now}, cut to the second. */
    public static HostileCloud at(Instant now) {
        Map<Rung, KeyPair> keys = new EnumMap<>(Rung.class);
        for (Rung rung : Rung.values()) {
            keys.put(rung, newKeys("secp384r1"));
        }
        return new HostileCloud(now.truncatedTo(ChronoUnit.SECONDS), keys, recipe -> {});
    }

    /** The same cloud under a root with a fault, which {@link #trustedRoot} then trusts. */
    public HostileCloud withRoot(Consumer<CertificateRecipe> fault) {
        return new HostileCloud(now, keys, fault);
    }

    /** When its documents are made, and should be verified. */
    public Instant now() {
        return now;
    }

    public TrustedRoot trustedRoot() {
        return TrustedRoot.insecureSimulated(certificate(issuers.get(Rung.ROOT)));
    }

    /** A valid chain. */
    public ForgedChain chain() {
        return chain(Rung.LEAF, recipe -> {});
    }

    /** A chain with {@code fault} in one certificate; those below are signed by whatever key and name it has then. */
    public ForgedChain chain(Rung faulty, Consumer<CertificateRecipe> fault) {
        List<Bytes> certificates = new ArrayList<>();
        CertificateRecipe above = null;
        for (Rung rung : Rung.values()) {
            CertificateRecipe recipe = recipe(rung, above);
            if (rung == faulty) {
                fault.accept(recipe);
            }
            certificates.add(rung.compareTo(faulty) < 0 ? issuers.get(rung) : recipe.sign());
            above = recipe;
        }
        int last = certificates.size() - 1;
        return new ForgedChain(
                List.copyOf(certificates.subList(0, last)),
                certificates.get(last),
                above.keys().getPrivate());
    }

    /** A valid document, to be made worse. */
    public DocumentRecipe document() {
        return document(chain());
    }

    public DocumentRecipe document(ForgedChain chain) {
        return new DocumentRecipe(now, chain);
    }

    /** Answers each request with a document that {@code fault} has changed; to be put behind a real TLS connection. */
    public Attester attester(Consumer<DocumentRecipe> fault) {
        return request -> {
            DocumentRecipe recipe = document().request(request);
            fault.accept(recipe);
            return recipe.sign();
        };
    }

    /** A fresh key pair on a named curve, such as {@code secp256r1}. */
    public static KeyPair newKeys(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDER);
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no curve " + curve, e);
        }
    }

    private CertificateRecipe recipe(Rung rung, CertificateRecipe above) {
        KeyPair own = keys.get(rung);
        X500Name name = name(rung);
        CertificateRecipe recipe = above == null
                ? new CertificateRecipe(name, own.getPrivate(), name, own, rung.serial())
                : new CertificateRecipe(above.subject(), above.keys().getPrivate(), name, own, rung.serial());
        rung.fill(recipe, now);
        return recipe;
    }

    static X500Name name(Rung rung) {
        return new X500Name("C=US,O=" + TrustedRoot.SIMULATOR_ORGANISATION + ",CN=hostile " + rung);
    }

    private static X509Certificate certificate(Bytes der) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der.toByteArray()));
        } catch (CertificateException e) {
            throw new IllegalArgumentException("this root cannot be read at all", e);
        }
    }
}
