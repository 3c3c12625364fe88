"""What can be seen of the patient's files, nothing imported."""
