package io.attestedmesh.cli.node;

import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.cli.telemetry.StatusPart;
import io.attestedmesh.transport.identity.ReloadedFiles;
import java.util.List;
import java.util.Map;

/** The revocation lists of {@code [tls] crls}, as operators see them. */
record RevocationPart(ReloadedFiles<RevocationLists> files) implements StatusPart {
    @Override
    public String name() {
        return "revocation";
    }

    @Override
    public Map<String, ?> status() {
        return Map.of("reloading", files.healthy());
    }

    @Override
    public List<String> failing() {
        return files.healthy()
                ? List.of()
                : List.of("[tls] crls are broken, and the last good ones stay in use: the log says why");
    }
}
