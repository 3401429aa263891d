/** {@code amesh enclave parent|init}: what runs beside an enclave, and as the first process inside. */
package io.attestedmesh.cli.enclave;
