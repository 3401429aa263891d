package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.verify.TrustedRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * A simulated cloud: a root of trust, and hypervisors that start enclaves under it.
 *
 * <p>Thread-safe. Several processes may open one folder; they then share the root. The folder holds {@code root.crt},
 * which verifiers need, and the keys, which let anyone forge evidence of this cloud.
 */
public final class SimulatedNitro {
    private static final System.Logger LOG = System.getLogger(SimulatedNitro.class.getName());
    private static final String ROOT = "root";
    private static final String REGIONAL = "regional";
    private static final String ZONAL = "zonal";

    private final IssuerStore store;
    private final NitroCertificates certificates;
    private final Provider provider;
    private final Clock clock;
    private final SecureRandom random;
    private final X509Certificate root;
    private Ladder ladder;

    private SimulatedNitro(IssuerStore store, Provider provider, Clock clock, SecureRandom random) throws IOException {
        this.store = store;
        this.certificates = new NitroCertificates(provider, random);
        this.provider = provider;
        this.clock = clock;
        this.random = random;
        this.ladder = climb(clock.instant());
        this.root = ladder.root().certificate();
    }

    /**
     * Opens the cloud in {@code folder}, or founds one there; the folder is created with mode 0700.
     *
     * @param clock decides the validity of certificates and the timestamps of documents
     * @throws SimulatorStateException if the folder or a file in it is damaged or open to others
     */
    public static SimulatedNitro openOrCreate(Path folder, Clock clock, SecureRandom random) throws IOException {
        Provider provider = new BouncyCastleProvider();
        StateFolder store = StateFolder.openOrCreate(folder, new IssuerPem(provider));
        SimulatedNitro cloud = new SimulatedNitro(store, provider, clock, random);
        cloud.warn(folder.toString());
        return cloud;
    }

    /** A cloud that ends with this object, for tests. */
    public static SimulatedNitro inMemory(Clock clock, SecureRandom random) {
        try {
            SimulatedNitro cloud =
                    new SimulatedNitro(new IssuerStore.InMemory(), new BouncyCastleProvider(), clock, random);
            cloud.warn("memory");
            return cloud;
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
    }

    /**
     * The root of the cloud in {@code folder}, for those who only verify; reads {@code root.crt} and no key.
     *
     * @throws SimulatorStateException if there is none or it is damaged
     */
    public static TrustedRoot readRoot(Path folder) throws IOException {
        return TrustedRoot.insecureSimulated(StateFolder.readCertificate(folder, ROOT));
    }

    public X509Certificate rootCertificate() {
        return root;
    }

    /** What a verifier must be given by hand, before it accepts documents of this cloud. */
    public TrustedRoot trustedRoot() {
        return TrustedRoot.insecureSimulated(root);
    }

    /** Starts an enclave. Its certificates are made when its NSM is first asked for a document. */
    public SimulatedNsm launch(EnclaveSpec spec) {
        return new SimulatedNsm(this, spec, clock, random);
    }

    NitroCertificates certificates() {
        return certificates;
    }

    Provider provider() {
        return provider;
    }

    /** The issuing certificates at {@code now}; those that have expired are replaced first. */
    synchronized Ladder ladderAt(Instant now) throws IOException {
        if (!ladder.validAt(now)) {
            Ladder renewed = climb(now);
            if (!renewed.root().certificate().equals(root)) {
                throw new IOException("the simulated cloud in " + store + " was replaced; open it again");
            }
            ladder = renewed;
        }
        return ladder;
    }

    private Ladder climb(Instant now) throws IOException {
        return store.exclusively(session -> {
            Issuer top = rootOf(session, now);
            Issuer regional = issuerOf(session, REGIONAL, top, now);
            Issuer zonal = issuerOf(session, ZONAL, regional, now);
            return new Ladder(top, regional, zonal);
        });
    }

    private Issuer rootOf(IssuerStore.Session session, Instant now) throws IOException {
        Optional<Issuer> known = session.read(ROOT);
        if (known.isPresent()) {
            if (!known.get().validAt(now)) {
                throw new IOException("the root of the simulated cloud in " + store + " is not valid at " + now);
            }
            return known.get();
        }
        if (session.read(REGIONAL).isPresent()) {
            throw new IOException("the simulated cloud in " + store + " has lost its root; delete the folder");
        }
        Issuer founded = certificates.root(now);
        session.write(ROOT, founded);
        return founded;
    }

    private Issuer issuerOf(IssuerStore.Session session, String name, Issuer parent, Instant now) throws IOException {
        Optional<Issuer> known = session.read(name);
        if (known.isPresent() && known.get().validAt(now) && signed(parent, known.get())) {
            return known.get();
        }
        Issuer issued = name.equals(REGIONAL) ? certificates.regional(parent, now) : certificates.zonal(parent, now);
        session.write(name, issued);
        return issued;
    }

    /** False of a zonal certificate whose regional one was replaced. */
    private boolean signed(Issuer parent, Issuer child) {
        try {
            child.certificate().verify(parent.certificate().getPublicKey(), provider);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private void warn(String place) {
        LOG.log(
                System.Logger.Level.WARNING,
                "SIMULATED Nitro ({0}), root {1}: its documents prove nothing about hardware",
                place,
                fingerprint());
    }

    /** SHA-256 of the root's DER. */
    private String fingerprint() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(root.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
