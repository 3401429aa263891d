package io.attestedmesh.transport.pki;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.LockFile;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A CA on disk: {@code ca.crt}, {@code ca.key} (mode 0600), {@code ca.crl} and {@code index.json}, in a folder that only
 * its owner can enter. Every change takes the folder's lock and replaces {@code index.json} in one step, so that several
 * processes may work on one CA, and none leaves half a change behind.
 */
public final class CaFolder {
    private static final Duration LOCK_PATIENCE = Duration.ofSeconds(10);
    private static final long LOCK_PAUSE_MILLIS = 20;

    private final Path folder;
    private final X509Certificate certificate;

    private CaFolder(Path folder, X509Certificate certificate) {
        this.folder = folder;
        this.certificate = certificate;
    }

    /**
     * Makes a new CA. A folder that holds one already is left as it is.
     *
     * @param password encrypts {@code ca.key}; null leaves it to the file's mode alone
     */
    public static CaFolder create(
            Path folder, AuthorityProfile profile, KeyKind kind, char[] password, SecureRandom random)
            throws IOException, PkiException {
        KeyPair keys = PrivateKeys.generate(kind, random);
        CertificateAuthority authority = CertificateAuthority.create(profile, keys, random);
        AtomicFile.createFolder(folder);
        for (String name : List.of("ca.crt", "ca.key", "index.json")) {
            if (Files.exists(folder.resolve(name))) {
                throw new FileAlreadyExistsException(folder.resolve(name).toString());
            }
        }
        byte[] key = password == null
                ? PrivateKeys.encode(keys.getPrivate())
                : PrivateKeys.encode(keys.getPrivate(), password, random);
        AtomicFile.create(folder.resolve("ca.key"), key, AtomicFile.Access.OWNER);
        AtomicFile.create(folder.resolve("index.json"), CaIndex.EMPTY.encode(), AtomicFile.Access.OWNER);
        // Last, because a folder with this file in it is a CA.
        AtomicFile.create(folder.resolve("ca.crt"), Pem.encode(authority.certificate()), AtomicFile.Access.PUBLIC);
        return new CaFolder(folder, authority.certificate());
    }

    /** Opens an existing CA without touching its key. */
    public static CaFolder open(Path folder) throws IOException, PkiException {
        Path file = folder.resolve("ca.crt");
        if (!Files.exists(file)) {
            throw new PkiException(folder + " holds no CA", "make one with: amesh pki ca " + folder);
        }
        List<X509Certificate> certificates = Pem.certificates(file);
        if (certificates.size() != 1) {
            throw new PemException(file.toString(), "expected one certificate, found " + certificates.size());
        }
        return new CaFolder(folder, certificates.get(0));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The file of the CA's certificate. */
    public Path certificateFile() {
        return folder.resolve("ca.crt");
    }

    /** The file of the CA's revocation list, which is there after {@link #publish}. */
    public Path revocationListFile() {
        return folder.resolve("ca.crl");
    }

    /** True if {@link #unlock} needs a password. */
    public boolean isEncrypted() throws IOException, PemException {
        return PrivateKeys.isEncrypted(folder.resolve("ca.key"));
    }

    /** Loads the CA's key; {@code password} may be null where it is not encrypted. */
    public CertificateAuthority unlock(char[] password, SecureRandom random) throws IOException, PkiException {
        return CertificateAuthority.of(certificate, PrivateKeys.load(folder.resolve("ca.key"), password), random);
    }

    /** Every certificate issued, in order of issue. */
    public List<IssuedCertificate> issued() throws IOException, PkiException {
        return index().certificates();
    }

    /** Signs a node's certificate; it is on the account before anyone can see it. */
    public X509Certificate issue(CertificateAuthority authority, String node, PublicKey key, CertificateProfile profile)
            throws IOException, PkiException {
        return record(authority.issue(key, profile), node, profile.names());
    }

    /** The same for a request, whose signature is checked first; {@code profile} is the operator's. */
    public X509Certificate sign(
            CertificateAuthority authority, String node, CertificateRequest request, CertificateProfile profile)
            throws IOException, PkiException {
        return record(authority.sign(request, profile), node, profile.names());
    }

    private X509Certificate record(X509Certificate issued, String node, AlternativeNames granted)
            throws IOException, PkiException {
        List<String> names = new ArrayList<>(granted.dnsNames());
        names.addAll(granted.addresses());
        IssuedCertificate entry = new IssuedCertificate(
                issued.getSerialNumber(), node, names, issued.getNotAfter().toInstant(), Optional.empty());
        try (LockFile lock = lock()) {
            CaIndex index = index();
            List<IssuedCertificate> certificates = new ArrayList<>(index.certificates());
            certificates.add(entry);
            save(lock, new CaIndex(index.listNumber(), certificates));
        }
        return issued;
    }

    /** Marks those certificates as revoked that are chosen and not revoked yet, and tells which they were. */
    public List<IssuedCertificate> revoke(Predicate<IssuedCertificate> chosen, Revocation.Cause cause, Instant at)
            throws IOException, PkiException {
        List<IssuedCertificate> changed = new ArrayList<>();
        try (LockFile lock = lock()) {
            CaIndex index = index();
            List<IssuedCertificate> certificates = new ArrayList<>();
            for (IssuedCertificate issued : index.certificates()) {
                boolean revoke = issued.revocation().isEmpty() && chosen.test(issued);
                IssuedCertificate now = revoke ? issued.revoked(new Revocation(issued.serial(), at, cause)) : issued;
                certificates.add(now);
                if (revoke) {
                    changed.add(now);
                }
            }
            save(lock, new CaIndex(index.listNumber(), certificates));
        }
        return changed;
    }

    /** Signs the next revocation list and writes it to {@code ca.crl}. */
    public X509CRL publish(CertificateAuthority authority, Validity validity) throws IOException, PkiException {
        try (LockFile lock = lock()) {
            CaIndex index = index();
            BigInteger number = index.listNumber().add(BigInteger.ONE);
            List<Revocation> revoked = index.certificates().stream()
                    .flatMap(issued -> issued.revocation().stream())
                    .toList();
            X509CRL list = authority.revocationList(revoked, number, validity);
            // The number first: it may skip one after a crash, but never comes twice.
            save(lock, new CaIndex(number, index.certificates()));
            AtomicFile.write(revocationListFile(), Pem.encode(list), AtomicFile.Access.PUBLIC);
            return list;
        }
    }

    private CaIndex index() throws IOException, PkiException {
        Path file = folder.resolve("index.json");
        return CaIndex.decode(file.toString(), Files.readAllBytes(file));
    }

    private void save(LockFile lock, CaIndex index) throws IOException {
        lock.requireHeld();
        AtomicFile.write(folder.resolve("index.json"), index.encode(), AtomicFile.Access.OWNER);
    }

    private LockFile lock() throws IOException, PkiException {
        long deadline = System.nanoTime() + LOCK_PATIENCE.toNanos();
        try {
            while (System.nanoTime() < deadline) {
                Optional<LockFile> taken = LockFile.tryTake(folder.resolve("index.lock"));
                if (taken.isPresent()) {
                    return taken.get();
                }
                Thread.sleep(LOCK_PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new PkiException("another process keeps " + folder + " locked", "try again when it has finished");
    }
}
