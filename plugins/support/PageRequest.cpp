#include "support/PageRequest.h"

#include "support/Document.h"
#include "support/Position.h"

namespace chat::support {

PageRequest::PageRequest(const Document& document) {
  const Member meta = document.root().member("meta");
  if (meta.isPresent()) (void)meta.object();
  if (const Member member = meta.member("rows"); member.isPresent()) rows = member.integer(1, MaxRows);
  if (const Member member = meta.member("before"); member.isPresent()) before = readPosition(member);
}

}  // namespace chat::support
