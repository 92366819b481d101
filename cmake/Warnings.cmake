# chat_warnings(TARGET): the warnings that every target of the project is built with, all of them errors.
function(chat_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor
                                           -Woverloaded-virtual -Wcast-align)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ reports a moved optional string as uninitialized (GCC bug 105593, still in 14), and version 12 reports an
    # overlap in every `"text" + std::string` (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      target_compile_options(${target} PRIVATE -Wno-restrict)
    endif()
  endif()
endfunction()
