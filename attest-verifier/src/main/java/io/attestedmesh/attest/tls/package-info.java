/** Evidence in certificates, and the trust managers that demand it. */
package io.attestedmesh.attest.tls;
