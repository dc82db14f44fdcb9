"""The sheets of a report's workbook, one module for each subject."""
