package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.RosterEntry;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.pki.CertificateAuthority;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * One party before it starts: its CA, its enclave, who issues its certificates, and what the others know of it.
 *
 * @param signer what its image is signed with, if it is
 * @param enclave the simulated NSM that attests for it
 */
record Party(
        String name,
        CertificateAuthority authority,
        Optional<X509Certificate> signer,
        SimulatedNsm enclave,
        Issuance issuance,
        RosterEntry entry) {}
