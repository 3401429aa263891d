/**
 * {@code amesh image}: what {@code enclave.image} and {@code enclave.ramdisk} do, for people and scripts.
 *
 * <pre>{@code
 * amesh image build --kernel bzImage --cmdline "reboot=k panic=30" --init-ramdisk init.cpio --app app --out node.eif
 * amesh image measure node.eif --json
 * amesh image sign node.eif --certificate signer.crt --key signer.key --out signed.eif
 * amesh image verify signed.eif --certificate signer.crt
 * }</pre>
 */
package io.attestedmesh.cli.image;
