/** Certification paths, names and revocation, stricter than the platform's. */
package io.attestedmesh.attest.x509;
