# CHAT_SANITIZE=address,undefined or thread: applied to everything, since a program must be sanitized as a whole.
set(CHAT_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(CHAT_SANITIZE)
  add_compile_options(-fsanitize=${CHAT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CHAT_SANITIZE})
  if(CHAT_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
