// Without the trait nothing is here, and libcrypto isn't needed.
#ifdef SMIME

#include "CCMS.h"

#include <limits.h>
#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/opensslv.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "OpenSSL 3.0 or newer is needed: earlier ones know no AuthEnvelopedData"
#endif

struct ccms_message {
    CMS_ContentInfo *content;
    size_t length;
};

/// Says what failed, and leaves no error behind on this thread.
static void tell(char *failure, size_t size, const char *call) {
    unsigned long error = ERR_peek_error();
    const char *reason = error != 0 ? ERR_reason_error_string(error) : NULL;
    if (size > 0) {
        failure[0] = '\0';
        strncat(failure, call, size - 1);
        if (reason != NULL) {
            strncat(failure, ": ", size - 1 - strlen(failure));
            strncat(failure, reason, size - 1 - strlen(failure));
        }
    }
    ERR_clear_error();
}

/// Sets how the content key comes to one recipient. Those of other kinds of keys are refused.
static const char *prepare(CMS_RecipientInfo *recipient) {
    EVP_PKEY_CTX *context = CMS_RecipientInfo_get0_pkey_ctx(recipient);
    if (context == NULL) return "CMS_RecipientInfo_get0_pkey_ctx";
    switch (CMS_RecipientInfo_type(recipient)) {
    case CMS_RECIPINFO_TRANS:
        if (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) <= 0 ||
            EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) <= 0 ||
            EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) <= 0)
            return "OAEP";
        return NULL;
    case CMS_RECIPINFO_AGREE:
        // RFC 8551 §2.3: without this the KDF would be that with SHA-1.
        if (EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) <= 0) return "ECDH";
        return NULL;
    default:
        return "a key that is neither RSA nor on a curve";
    }
}

static const char *add(CMS_ContentInfo *content, const ccms_certificate *certificate) {
    if (certificate->count == 0 || certificate->count > LONG_MAX) return "a certificate's length";
    const unsigned char *start = certificate->octets;
    X509 *parsed = d2i_X509(NULL, &start, (long)certificate->count);
    if (parsed == NULL) return "d2i_X509";
    const char *failed = NULL;
    if (start != certificate->octets + certificate->count) {
        failed = "octets behind a certificate";
    } else {
        // The message has a reference of its own to the certificate.
        CMS_RecipientInfo *recipient = CMS_add1_recipient_cert(content, parsed, CMS_KEY_PARAM);
        failed = recipient == NULL ? "CMS_add1_recipient_cert" : prepare(recipient);
    }
    X509_free(parsed);
    return failed;
}

/// Encrypts into a message that has its recipients.
static const char *fill(CMS_ContentInfo *content, const uint8_t *octets, size_t length) {
    // Read in place, not copied.
    BIO *source = BIO_new_mem_buf(length > 0 ? (const void *)octets : "", (int)length);
    if (source == NULL) return "BIO_new_mem_buf";
    int done = CMS_final(content, source, NULL, CMS_BINARY);
    BIO_free(source);
    if (done != 1) return "CMS_final";
    // Where memory was short for a moment, the library has left a piece out and says nothing of it. GCM changes no length.
    ASN1_OCTET_STRING **held = CMS_get0_content(content);
    if (held == NULL || *held == NULL || (size_t)ASN1_STRING_length(*held) != length) return "CMS_final: too short";
    return NULL;
}

ccms_message *ccms_encrypt(const ccms_certificate *certificates, size_t count, const uint8_t *octets, size_t length,
                           char *failure, size_t failure_size) {
    // The process ends while threads work: what the library would free then may be in use.
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    ERR_clear_error();
    if (count == 0 || length > CCMS_LARGEST || (octets == NULL && length > 0)) {
        tell(failure, failure_size, count == 0 ? "no certificate" : "more octets than can be encrypted");
        return NULL;
    }
    const char *failed = NULL;
    ccms_message *message = calloc(1, sizeof *message);
    if (message == NULL) {
        tell(failure, failure_size, "calloc");
        return NULL;
    }
    // CMS_PARTIAL: recipients come first, the content after them.
    message->content = CMS_encrypt(NULL, NULL, EVP_aes_256_gcm(), CMS_PARTIAL | CMS_BINARY);
    if (message->content == NULL) failed = "CMS_encrypt";
    for (size_t index = 0; failed == NULL && index < count; index++)
        failed = add(message->content, &certificates[index]);
    if (failed == NULL) failed = fill(message->content, octets, length);
    if (failed == NULL) {
        int size = i2d_CMS_ContentInfo(message->content, NULL);
        if (size > 0) message->length = (size_t)size;
        else failed = "i2d_CMS_ContentInfo";
    }
    if (failed == NULL) {
        ERR_clear_error();
        return message;
    }
    tell(failure, failure_size, failed);
    ccms_free(message);
    return NULL;
}

size_t ccms_length(const ccms_message *message) { return message->length; }

size_t ccms_write(const ccms_message *message, uint8_t *room, size_t size) {
    if (size < message->length) return 0;
    unsigned char *end = room;
    int written = i2d_CMS_ContentInfo(message->content, &end);
    ERR_clear_error();
    return written > 0 && (size_t)written == message->length ? message->length : 0;
}

void ccms_free(ccms_message *message) {
    if (message == NULL) return;
    CMS_ContentInfo_free(message->content);
    free(message);
}

#else

typedef int ccms_nothing;

#endif
