package io.attestedmesh.transport.identity;

import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Mode {@code manual}: a key and its certificates in PEM files, reloaded when they change. */
public final class FileCredentials implements CredentialSource {
    private final ReloadedFiles<Credential> files;
    private final Clock clock;

    private FileCredentials(ReloadedFiles<Credential> files, Clock clock) {
        this.files = files;
        this.clock = clock;
    }

    /**
     * Reads an unencrypted key.
     *
     * @param certificates the certificate of the key first, then its issuers
     * @param key refused if others can read it
     */
    public static FileCredentials watch(Path certificates, Path key, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        return watch(certificates, key, () -> null, ReloadedFiles.DEFAULT_INTERVAL, upkeep);
    }

    /**
     * Reads a key that may be encrypted.
     *
     * @param password asked at each reload; its answer is wiped; null for a plain key
     */
    public static FileCredentials watch(
            Path certificates, Path key, Supplier<char[]> password, Duration interval, Upkeep upkeep)
            throws IOException, PkiException, GeneralSecurityException {
        ReloadedFiles<Credential> files = ReloadedFiles.watch(
                "credential", List.of(certificates, key), () -> read(certificates, key, password), interval, upkeep);
        FileCredentials credentials = new FileCredentials(files, upkeep.clock());
        CredentialMeters.register(credentials, upkeep);
        return credentials;
    }

    private static Credential read(Path certificates, Path key, Supplier<char[]> password)
            throws IOException, PkiException, CertificateException {
        char[] secret = password.get();
        try {
            return new Credential(PrivateKeys.load(key, secret), Pem.certificates(certificates));
        } catch (IllegalArgumentException e) {
            throw new CertificateException(certificates + " and " + key + ": " + e.getMessage(), e);
        } finally {
            if (secret != null) {
                Arrays.fill(secret, '\0');
            }
        }
    }

    @Override
    public Credential current() {
        return files.get();
    }

    @Override
    public void onChange(Runnable listener) {
        files.onChange(listener);
    }

    /** Also false once the certificate has expired. */
    @Override
    public boolean healthy() {
        return files.healthy() && !clock.instant().isAfter(current().notAfter());
    }

    @Override
    public void lookNow() {
        files.lookNow();
    }

    @Override
    public void close() {
        files.close();
    }
}
