package io.attestedmesh.cli.document;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificate that an image is signed with. */
public final class SigningCertificateFile {
    private SigningCertificateFile() {}

    /** The one certificate of a PEM file. */
    public static X509Certificate read(Path file) throws CommandException, IOException {
        try {
            List<X509Certificate> found = Pem.certificates(file);
            if (found.size() != 1) {
                throw CommandException.usage(
                        file + " has " + found.size() + " certificates",
                        "PCR8 is of one, the one that signed the image");
            }
            return found.get(0);
        } catch (PkiException e) {
            throw CommandException.usage(e.getMessage(), e.hint().orElse(""), e);
        }
    }
}
