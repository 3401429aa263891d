/**
 * What an enclave is made of and what it lives with: its image file and measurements, the Nitro Security Module, the
 * vsock to its parent, and secrets that AWS KMS gives to measured code alone.
 */
package io.attestedmesh.enclave;
