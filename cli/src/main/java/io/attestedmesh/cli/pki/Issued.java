package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.ServerNames;
import io.attestedmesh.cli.command.Terminal;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;

/** How commands tell of a certificate that they made: its file on standard output, or an object with {@code --json}. */
record Issued(Terminal terminal, boolean json) {
    void print(X509Certificate certificate, String use, Path file) throws RejectedCertificateException {
        if (!json) {
            terminal.print(file.toString());
            return;
        }
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("file", file);
        line.put("use", use);
        line.put("subject", certificate.getSubjectX500Principal().getName());
        line.put("names", ServerNames.names(certificate));
        line.put("serial", certificate.getSerialNumber().toString(16));
        line.put("notBefore", certificate.getNotBefore().toInstant());
        line.put("notAfter", certificate.getNotAfter().toInstant());
        terminal.json(line);
    }
}
