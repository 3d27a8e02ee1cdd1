#ifndef CCMS_H
#define CCMS_H

#include <stddef.h>
#include <stdint.h>

/// A certificate in DER.
typedef struct {
    const uint8_t *_Nonnull octets;
    size_t count;
} ccms_certificate;

/// An encrypted message that is ready to be written.
typedef struct ccms_message ccms_message;

/// Octets that can be encrypted at most: a message is built in memory, and its lengths are ints there.
#define CCMS_LARGEST ((size_t)1 << 30)

/// Encrypts octets to certificates, each of whose keys can decrypt the message alone: CMS AuthEnvelopedData (RFC 5083) with
/// AES-256-GCM (RFC 5084), the content's type being id-data. RSA keys get the content key by OAEP with SHA-256 (RFC 3560), keys on
/// curves by ECDH with the KDF of X9.63 and SHA-256 (RFC 5753).
///
/// Nothing is checked of the certificates but that they can be read and their keys used. May be called by several threads at once.
///
/// @param failure says what failed when nothing is returned: words of the library, which name nobody; always terminated.
/// @return NULL when it failed; else to be given to ccms_free.
ccms_message *_Nullable ccms_encrypt(const ccms_certificate *_Nonnull certificates, size_t count,
                                     const uint8_t *_Nullable octets, size_t length, char *_Nonnull failure,
                                     size_t failure_size);

/// The message's octets in DER.
size_t ccms_length(const ccms_message *_Nonnull message);

/// Writes the message, a ContentInfo in DER, to where there is room for its length.
///
/// @return the octets written; 0 when it failed.
size_t ccms_write(const ccms_message *_Nonnull message, uint8_t *_Nonnull room, size_t size);

/// Gives back what ccms_encrypt made.
void ccms_free(ccms_message *_Nullable message);

#endif
