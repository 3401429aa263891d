package io.attestedmesh.cli.enclave;

import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.config.SecretsSection;
import io.attestedmesh.cli.document.KmsAccess;
import io.attestedmesh.enclave.secrets.AttestedKms;
import io.attestedmesh.enclave.secrets.Opener;
import io.attestedmesh.enclave.secrets.SealedEnvelope;
import io.attestedmesh.enclave.secrets.SecretBytes;
import io.attestedmesh.enclave.secrets.SecretsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** Opens what {@code amesh enclave seal} sealed for this code, into files of mode 0600 in memory. */
final class SealedFiles {
    private static final String HINT =
            "the key's policy must name the registers of this image: 'amesh enclave key-policy'; see PCR0 above";

    private final SecretsSection section;

    SealedFiles(SecretsSection section) {
        this.section = section;
    }

    void open(Attester nsm, SecureRandom random, StartLog log) throws IOException, CommandException {
        try (AttestedKms kms = AttestedKms.open(
                KmsAccess.settings(
                        Optional.of(section.region().orElse(section.key().region())),
                        section.endpoint(),
                        section.authorities()),
                nsm,
                random)) {
            Opener opener = new Opener(kms, section.key());
            for (SecretsSection.Secret secret : section.secrets()) {
                open(opener, secret);
                log.step("opened " + secret.of() + ": " + secret.to().getFileName());
            }
        }
    }

    private static void open(Opener opener, SecretsSection.Secret secret) throws IOException, CommandException {
        try (SecretBytes content = opener.open(SealedEnvelope.parse(read(secret.file())), secret.of())) {
            byte[] plain = content.toByteArray();
            try {
                AtomicFile.createFolder(secret.to().toAbsolutePath().getParent());
                AtomicFile.create(secret.to(), plain, AtomicFile.Access.OWNER);
            } finally {
                Arrays.fill(plain, (byte) 0);
            }
        } catch (SecretsException e) {
            throw KmsAccess.failure(secret.of() + " was not opened", e, HINT);
        }
    }

    private static Bytes read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Bytes.of(in.readNBytes(SealedEnvelope.MAX_SIZE + 1));
        }
    }
}
