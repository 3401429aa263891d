package io.attestedmesh.attest.evidence;

/** Why something was refused; implemented by enums only, so that {@link #name} is a stable label for logs and metrics. */
public interface Reason {
    String name();
}
