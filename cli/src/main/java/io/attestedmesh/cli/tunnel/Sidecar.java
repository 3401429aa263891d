package io.attestedmesh.cli.tunnel;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.node.NodeParts;
import io.attestedmesh.transport.identity.ReloadedFiles;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.tunnel.PlainTls;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** TLS for programs that want a certificate of the server and have none of their own; read again when the files change. */
record Sidecar(Optional<ReloadedFiles<SslContext>> files) implements AutoCloseable {
    static Sidecar of(Optional<Path> certificate, Optional<Path> key, List<String> protocols, NodeParts parts)
            throws CommandException, IOException, GeneralSecurityException {
        if (certificate.isEmpty() || key.isEmpty()) {
            return new Sidecar(Optional.empty());
        }
        try {
            return new Sidecar(Optional.of(ReloadedFiles.watch(
                    "sidecar",
                    List.of(certificate.get(), key.get()),
                    () -> PlainTls.of(certificate.get(), key.get(), protocols),
                    ReloadedFiles.DEFAULT_INTERVAL,
                    parts.upkeep())));
        } catch (PkiException e) {
            throw CommandException.usage(
                    String.valueOf(e.getMessage()),
                    e.hint().orElse("'amesh pki issue' makes certificates and keys"),
                    e);
        }
    }

    Optional<Supplier<SslContext>> contexts() {
        return files.map(reloaded -> reloaded);
    }

    void lookNow() {
        files.ifPresent(ReloadedFiles::lookNow);
    }

    @Override
    public void close() {
        files.ifPresent(ReloadedFiles::close);
    }
}
